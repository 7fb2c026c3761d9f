using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;

namespace Hallmark.Core.Checkpoints;

/// <summary>A log's tree head (C2SP tlog-checkpoint): the text that is signed. Read it from the bytes received and verify those; never write it anew to verify.</summary>
/// <remarks>Compared by reference of its extensions; not meant to be compared.</remarks>
public sealed record Checkpoint
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="origin">The log's name: not empty, one line.</param>
    /// <param name="size">How many leaves; 0 to 2^63 − 1.</param>
    /// <param name="root">The tree's root.</param>
    /// <exception cref="ArgumentException">The origin is empty, has control characters or half a surrogate pair.</exception>
    public Checkpoint(string origin, long size, TreeHash root)
    {
        ArgumentException.ThrowIfNullOrEmpty(origin);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (origin.Any(char.IsControl))
        {
            throw new ArgumentException("A log's origin is one line without control characters.", nameof(origin));
        }

        _ = StrictUtf8.GetByteCount(origin); // its exception is an ArgumentException

        Origin = origin;
        Size = size;
        Root = root;
    }

    /// <summary>The log's name.</summary>
    public string Origin { get; }

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; }

    /// <summary>The tree's root.</summary>
    public TreeHash Root { get; }

    /// <summary>Further lines; better none.</summary>
    /// <exception cref="ArgumentException">A line is empty, has a line feed or half a surrogate pair: it would be read back as other lines than were meant.</exception>
    public ImmutableArray<string> Extensions
    {
        get;
        init
        {
            foreach (var line in value.IsDefault ? [] : value)
            {
                if (string.IsNullOrEmpty(line) || line.Contains('\n', StringComparison.Ordinal))
                {
                    throw new ArgumentException("An extension of a checkpoint is one line that is not empty.", nameof(value));
                }

                _ = StrictUtf8.GetByteCount(line); // as above
            }

            field = value.IsDefault ? [] : value;
        }
    } = [];

    /// <summary>Reads a note's text strictly: three lines and extensions that are not empty; a size without leading zeros; canonical base64.</summary>
    /// <exception cref="NoteFormatException">The text is no checkpoint; the message says what is wrong.</exception>
    public static Checkpoint Parse(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[^1] != '\n')
        {
            throw new NoteFormatException("the checkpoint does not end with a line feed");
        }

        if (!Utf8.IsValid(text))
        {
            throw new NoteFormatException("the checkpoint is not UTF-8");
        }

        var lines = Encoding.UTF8.GetString(text[..^1]).Split('\n');
        if (lines.Length < 3 || lines[0].Length == 0 || lines[0].Any(char.IsControl))
        {
            throw new NoteFormatException("a checkpoint has an origin, a size and a root, each on a line");
        }

        if (!IsCanonicalNumber(lines[1]) || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            throw new NoteFormatException("the checkpoint's size is not a decimal number from 0 to 2^63 - 1 without leading zeros");
        }

        if (!TreeHash.TryParseBase64(lines[2], out var root))
        {
            throw new NoteFormatException("the checkpoint's root is not 32 bytes in base64");
        }

        if (lines.AsSpan(3).Contains(""))
        {
            throw new NoteFormatException("the checkpoint has an empty extension line");
        }

        return new Checkpoint(lines[0], size, root) { Extensions = [.. lines.AsSpan(3)] };
    }

    /// <summary>The text that is signed, with its final line feed.</summary>
    public byte[] ToText() =>
        Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Origin}\n{Size}\n{Root.Base64}\n{string.Concat(Extensions.Select(line => line + "\n"))}"
            )
        );

    private static bool IsCanonicalNumber(string text) =>
        text.Length > 0 && text.All(char.IsAsciiDigit) && (text[0] != '0' || text.Length == 1);
}
