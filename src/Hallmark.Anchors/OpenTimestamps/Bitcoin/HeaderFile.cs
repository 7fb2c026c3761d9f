using System.Globalization;
using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>
/// Block headers in a file of one's own: the chain as somebody wrote it down who could look, for whoever cannot. Format <c>hallmark-headers/v1</c>
/// (docs/formats/opentimestamps.md): a first line <c>hallmark-headers/v1 NETWORK</c>, then one line <c>HEIGHT HEADER</c> for each block, heights ascending, headers as
/// 160 hexadecimal digits. Empty lines and lines that begin with <c>#</c> say nothing.
/// </summary>
/// <remarks>
/// Every header must have its work, and follow the one of the height below where that is in the file too. A file whose first line has the form and that does not hold so, or
/// has a line that is no header, was damaged or forged: it is read, gives no header, and <see cref="Damage"/> says where.
/// </remarks>
public sealed class HeaderFile : IBlockHeaderSource
{
    /// <summary>The first word of the file.</summary>
    public const string Format = "hallmark-headers/v1";

    /// <summary>The largest file that is read, in bytes: more than all of mainnet's headers for decades.</summary>
    public const long MaxSizeInBytes = 512L * 1024 * 1024;

    private const int MaxLineLength = 512; // two lines that a damaged line break joined
    private readonly SortedList<long, BlockHeader> _headers;

    private HeaderFile(BitcoinNetwork network, SortedList<long, BlockHeader> headers, string description, string? damage)
    {
        Network = network;
        _headers = damage is null ? headers : [];
        Description = description;
        Damage = damage;
    }

    /// <inheritdoc />
    public BitcoinNetwork Network { get; }

    /// <inheritdoc />
    public string Description { get; }

    /// <summary>The first line that is no header, or whose header does not have its work or its place, and why; null for a file that holds.</summary>
    public string? Damage { get; }

    /// <summary>How many headers it holds; none where it is damaged.</summary>
    public int Count => _headers.Count;

    /// <summary>Reads a header file.</summary>
    /// <exception cref="BadInputException">It does not begin as one; names the line.</exception>
    /// <exception cref="UnavailableException">It cannot be read.</exception>
    public static HeaderFile Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(file, $"the header file {path}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"the header file {path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Reads headers from a stream.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="description">What it is, for reports.</param>
    /// <exception cref="BadInputException">It does not begin as a header file, or is too large; names the line.</exception>
    public static HeaderFile Read(Stream stream, string description)
    {
        if (stream.CanSeek && stream.Length > MaxSizeInBytes)
        {
            throw new BadInputException($"{description} is larger than {MaxSizeInBytes} bytes");
        }

        var headers = new SortedList<long, BlockHeader>();
        BitcoinNetwork? network = null;
        string? damage = null;
        var number = 0;
        foreach (var line in Lines(stream, description))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var words = line.Split(' ');
            if (network is null)
            {
                network = words is [Format, var name]
                    ? BitcoinNetwork.Parse(name)
                    : throw new BadInputException($"{description}, line {number}: expected \"{Format} NETWORK\"");
                continue;
            }

            if (damage is null && TakeLine(headers, network, words) is { } fault)
            {
                damage = $"{description}, line {number}: {fault}";
            }
        }

        return new HeaderFile(
            network ?? throw new BadInputException($"{description} is empty; it begins with \"{Format} NETWORK\""),
            headers,
            description,
            damage
        );
    }

    /// <summary>The header at a height, with as much depth as the file itself shows: the headers that follow it without a gap.</summary>
    public FoundHeader? Find(long height)
    {
        var index = _headers.IndexOfKey(height);
        if (index < 0)
        {
            return null;
        }

        var last = index;
        while (last + 1 < _headers.Count && _headers.GetKeyAtIndex(last + 1) == _headers.GetKeyAtIndex(last) + 1)
        {
            last++;
        }

        return new FoundHeader(_headers.GetValueAtIndex(index), last - index + 1);
    }

    /// <inheritdoc />
    /// <exception cref="AnchorUnavailableException">The file is damaged: nothing is asked of it before it is put right.</exception>
    public Task<FoundHeader?> FindAsync(long height, CancellationToken cancellationToken) =>
        Damage is null
            ? Task.FromResult(Find(height))
            : throw new AnchorUnavailableException($"{Damage}; the file is damaged", "make it anew from a node that you trust");

    // Adds the header of a line; says what is wrong where it is none.
    private static string? TakeLine(SortedList<long, BlockHeader> headers, BitcoinNetwork network, string[] words)
    {
        if (
            words is not [var heightText, var hex]
            || !long.TryParse(heightText, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            || !BlockHeader.TryParseHex(hex, out var header)
        )
        {
            return $"expected \"HEIGHT HEADER\", the header as {BlockHeader.SizeInBytes * 2} hexadecimal digits";
        }

        if (FindFault(headers, network, height, header) is { } fault)
        {
            return fault;
        }

        headers.Add(height, header);
        return null;
    }

    private static string? FindFault(SortedList<long, BlockHeader> before, BitcoinNetwork network, long height, BlockHeader header)
    {
        if (!header.HasWork(network))
        {
            return $"the header does not have the work that {network} demands";
        }

        if (before.Count == 0)
        {
            return null;
        }

        var last = before.GetKeyAtIndex(before.Count - 1);
        return height <= last ? "heights must ascend"
            : height == last + 1 && !header.PreviousHash.SequenceEqual(before.GetValueAtIndex(before.Count - 1).Hash)
                ? "the header does not follow the one before"
            : null;
    }

    private static IEnumerable<string> Lines(Stream stream, string description)
    {
        using var reader = new StreamReader(
            stream,
            Encoding.ASCII,
            detectEncodingFromByteOrderMarks: false,
            bufferSize: 4096,
            leaveOpen: true
        );
        var line = new StringBuilder();
        int next;
        while ((next = reader.Read()) >= 0)
        {
            if (next != '\n')
            {
                line.Append((char)next);
                if (line.Length > MaxLineLength)
                {
                    throw new BadInputException($"{description} has a line of more than {MaxLineLength} characters");
                }

                continue;
            }

            yield return line.ToString();
            line.Clear();
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
