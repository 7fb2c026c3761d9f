using System.Text;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;

public sealed class HeaderFileTests
{
    private static readonly TestChain Chain = Grown(20);
    private const string NoHeader = "line 2: expected \"HEIGHT HEADER\", the header as 160 hexadecimal digits";
    private static readonly string Vector = OtsVectors.Regtest["block"]!.Text("headerHex");

    [Fact]
    public void A_header_says_what_the_vectors_say()
    {
        var header = new BlockHeader(Convert.FromHexString(Vector));
        var block = OtsVectors.Regtest["block"]!;
        Assert.Equal(block.Text("hash"), header.DisplayedHash);
        Assert.Equal(block.Text("merkleRootDisplay"), header.DisplayedMerkleRoot);
        Assert.Equal(block["time"]!.GetValue<long>(), header.Time.ToUnixTimeSeconds());
        Assert.True(header.HasWork(BitcoinNetwork.Regtest));
        Assert.False(header.HasWork(BitcoinNetwork.Mainnet));
    }

    [Fact]
    public void The_first_block_of_mainnet_has_its_work()
    {
        Assert.True(
            BlockHeader.TryParseHex(
                "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c",
                out var header
            )
        );
        Assert.Equal(BitcoinNetwork.Mainnet.GenesisHash, header.DisplayedHash);
        Assert.True(header.HasWork(BitcoinNetwork.Mainnet));
        Assert.False(Changed(header, 76).HasWork(BitcoinNetwork.Mainnet));
    }

    [Theory]
    [InlineData(0x00u)]
    [InlineData(0x20800001u)]
    [InlineData(0x2100ffffu)]
    [InlineData(0xff7fffffu)]
    [InlineData(0x01000001u)]
    public void A_target_that_is_none_is_never_met(uint bits)
    {
        var bytes = Convert.FromHexString(Vector);
        BitConverter.TryWriteBytes(bytes.AsSpan(72), bits);
        Assert.False(new BlockHeader(bytes).HasWork(BitcoinNetwork.Regtest));
    }

    [Fact]
    public void A_file_gives_each_header_and_as_much_depth_as_it_shows()
    {
        var file = Chain.ToHeaderFile();
        Assert.Equal((21, BitcoinNetwork.Regtest), (file.Count, file.Network));
        Assert.Equal((Chain[3].Hex, 18L), (file.Find(3)!.Header.Hex, file.Find(3)!.Depth));
        Assert.Equal(1, file.Find(20)!.Depth);
        Assert.Null(file.Find(21));

        var withGap = Read($"{HeaderFile.Format} regtest\n\n# two blocks\n3 {Chain[3].Hex}\n4 {Chain[4].Hex}\n9 {Chain[9].Hex}");
        Assert.Equal((2L, 1L), (withGap.Find(3)!.Depth, withGap.Find(9)!.Depth));
    }

    [Fact]
    public void A_file_that_is_none_is_refused_with_the_line()
    {
        foreach (
            var (text, told) in new[]
            {
                ("", "is empty"),
                ("headers regtest\n", "line 1"),
                ($"{HeaderFile.Format}\n", "line 1"),
                ($"{HeaderFile.Format} moonnet\n", "moonnet"),
                ($"{HeaderFile.Format} regtest\n3 {new string('0', 600)}\n", "512 characters"),
            }
        )
        {
            Assert.Contains(told, Assert.Throws<BadInputException>(() => Read(text)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_of_headers_that_do_not_hold_together_says_where_and_gives_none()
    {
        foreach (
            var (text, told) in new[]
            {
                ($"{HeaderFile.Format} mainnet\n3 {Chain[3].Hex}\n", "line 2: the header does not have the work that mainnet demands"),
                ($"{HeaderFile.Format} regtest\n4 {Chain[4].Hex}\n3 {Chain[3].Hex}\n", "line 3: heights must ascend"),
                ($"{HeaderFile.Format} regtest\n4 {Chain[4].Hex}\n4 {Chain[4].Hex}\n", "line 3: heights must ascend"),
                ($"{HeaderFile.Format} regtest\n3 {Chain[3].Hex}\n4 {Chain[5].Hex}\n", "line 3: the header does not follow the one before"),
                ($"{HeaderFile.Format} regtest\nx {Chain[3].Hex}\n", NoHeader),
                ($"{HeaderFile.Format} regtest\n-3 {Chain[3].Hex}\n", NoHeader),
                ($"{HeaderFile.Format} regtest\n3 {Chain[3].Hex}00\n", NoHeader),
                ($"{HeaderFile.Format} regtest\n3 {Chain[3].Hex[..^2]}\n", NoHeader),
                ($"{HeaderFile.Format} regtest\n3 {Chain[3].Hex}4 {Chain[4].Hex}\n", NoHeader),
            }
        )
        {
            var file = Read(text + $"9 {Chain[9].Hex}\n");
            Assert.Equal($"the file, {told}", file.Damage);
            Assert.Equal((0, null), (file.Count, file.Find(9)));
            var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => file.FindAsync(9, CancellationToken.None));
            Assert.Contains(told, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_on_disk_is_read_and_a_missing_one_is_said()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("headers.txt"), Chain.ToText(from: 10));
        Assert.Equal(11, HeaderFile.Read(folder.File("headers.txt")).Count);
        Assert.Equal(3, Assert.Throws<UnavailableException>(() => HeaderFile.Read(folder.File("missing.txt"))).ExitCode);
    }

    private static HeaderFile Read(string text) => HeaderFile.Read(new MemoryStream(Encoding.ASCII.GetBytes(text)), "the file");

    private static BlockHeader Changed(BlockHeader header, int at)
    {
        var bytes = header.Bytes.ToArray();
        bytes[at] ^= 1;
        return new BlockHeader(bytes);
    }

    private static TestChain Grown(int blocks)
    {
        var chain = new TestChain();
        chain.Grow(blocks);
        return chain;
    }
}
