using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;

/// <summary>A chain of real headers, mined here by regtest's rules, whose only transactions carry 32 bytes each.</summary>
internal sealed class TestChain : ITimestampChain, IBlockHeaderSource
{
    private static readonly byte[] EasiestBits = [0xff, 0xff, 0x7f, 0x20];
    private readonly List<BlockHeader> _headers = [];
    private uint _time = 1_795_220_404;

    public TestChain() => Mine(Filler());

    public BitcoinNetwork Network => BitcoinNetwork.Regtest;

    public string Description => "the chain of this test";

    /// <summary>Set to make it an unreachable source.</summary>
    public bool IsDown { get; set; }

    public int Height => _headers.Count - 1;

    public BlockHeader this[int height] => _headers[height];

    public Task<AttestingBlock> WriteAsync(byte[] payload)
    {
        byte[] prefix = [1, 0, 0, 0, 0x6a, 0x20];
        byte[] suffix = [0, 0, 0, 0];
        var id = DoubleHash([.. prefix, .. payload, .. suffix]);
        byte[] neighbour = Filler();
        Mine(DoubleHash([.. neighbour, .. id]));
        return Task.FromResult(new AttestingBlock(prefix, suffix, [neighbour, id], Index: 1, Height));
    }

    public void Grow(int blocks)
    {
        for (; blocks > 0; blocks--)
        {
            Mine(Filler());
        }
    }

    /// <summary>Throws the newest blocks away and puts others in their place.</summary>
    public void Reorganise(int blocks)
    {
        _headers.RemoveRange(_headers.Count - blocks, blocks);
        Grow(blocks);
    }

    public Task<FoundHeader?> FindAsync(long height, CancellationToken cancellationToken) =>
        IsDown
            ? throw new AnchorUnavailableException("the chain of this test is down")
            : Task.FromResult(height < _headers.Count ? new FoundHeader(_headers[(int)height], _headers.Count - height) : null);

    public HeaderFile ToHeaderFile() => HeaderFile.Read(new MemoryStream(Encoding.ASCII.GetBytes(ToText())), "the test's header file");

    public string ToText(int from = 0) =>
        $"{HeaderFile.Format} regtest\n"
        + string.Concat(
            _headers.Skip(from).Select((header, index) => string.Create(CultureInfo.InvariantCulture, $"{from + index} {header.Hex}\n"))
        );

    /// <summary>A header with any root and time; without work.</summary>
    public static BlockHeader WithoutWork(string displayedRoot, uint time)
    {
        var bytes = new byte[BlockHeader.SizeInBytes];
        Convert.FromHexString(displayedRoot).AsSpan().CopyTo(bytes.AsSpan(36));
        bytes.AsSpan(36, 32).Reverse();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(68), time);
        return new BlockHeader(bytes);
    }

    private static byte[] DoubleHash(byte[] bytes) => SHA256.HashData(SHA256.HashData(bytes));

    private byte[] Filler() => DoubleHash(BitConverter.GetBytes(_time + 1));

    private void Mine(byte[] merkleRoot)
    {
        _time += 600;
        var bytes = new byte[BlockHeader.SizeInBytes];
        bytes[3] = 0x20;
        if (_headers.Count > 0)
        {
            _headers[^1].Hash.CopyTo(bytes.AsSpan(4));
        }

        merkleRoot.CopyTo(bytes, 36);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(68), _time);
        EasiestBits.CopyTo(bytes, 72);
        for (uint nonce = 0; ; nonce++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(76), nonce);
            var header = new BlockHeader(bytes);
            if (header.HasWork(Network))
            {
                _headers.Add(header);
                return;
            }
        }
    }
}
