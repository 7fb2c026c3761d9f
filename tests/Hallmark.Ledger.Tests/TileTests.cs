using System.Buffers.Binary;
using System.Text;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Tiles;

namespace Hallmark.Ledger.Tests;

/// <summary>Tiles against the definition of the tree, and their names against the C2SP text.</summary>
public sealed class TileTests
{
    private static readonly TreeHash[] Leaves =
    [
        .. Enumerable.Range(0, 66_000).Select(i => MerkleHash.Leaf(Encoding.ASCII.GetBytes($"leaf {i}"))),
    ];

    [Fact]
    public void The_root_of_every_size_is_the_definitions()
    {
        var edge = new TileEdge();
        Assert.Equal(TreeHash.OfEmptyTree, edge.FindRoot());
        for (var size = 1; size <= 700; size++)
        {
            edge.Append(Leaves[size - 1], completed: null);
            Assert.Equal(size, edge.Size);
            Assert.Equal(NaiveTree.Root(Leaves.AsSpan(0, size)), edge.FindRoot());
        }
    }

    [Fact]
    public void Around_a_full_tile_of_tiles_the_root_is_the_definitions_and_the_third_level_begins()
    {
        var completed = new List<(int Level, long Number, TreeHash First)>();
        var edge = new TileEdge();
        var checkedSizes = new HashSet<int> { 65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_792, 66_000 };
        for (var size = 1; size <= Leaves.Length; size++)
        {
            edge.Append(Leaves[size - 1], (level, number, hashes) => completed.Add((level, number, hashes.Span[0])));
            if (checkedSizes.Contains(size))
            {
                Assert.Equal(NaiveTree.Root(Leaves.AsSpan(0, size)), edge.FindRoot());
            }
        }

        Assert.Equal(Enumerable.Range(0, 257).Select(i => (long)i), completed.Where(tile => tile.Level == 0).Select(tile => tile.Number));
        Assert.Equal([0L], completed.Where(tile => tile.Level == 1).Select(tile => tile.Number));
        Assert.Equal(NaiveTree.Root(Leaves.AsSpan(0, 256)), completed.Single(tile => tile.Level == 1).First);
        Assert.Equal(3, edge.LevelCount);
        Assert.Equal((257L, 1L, 0L), (edge.NumberOf(0), edge.NumberOf(1), edge.NumberOf(2)));
        Assert.Equal([NaiveTree.Root(Leaves.AsSpan(0, 65_536))], edge.HashesOf(2).ToArray());
        Assert.True(edge.HashesOf(3).IsEmpty);
    }

    [Fact]
    public void An_edge_loaded_from_its_partial_tiles_goes_on_as_the_one_that_grew()
    {
        foreach (var size in new[] { 0, 1, 255, 256, 257, 511, 512, 600 })
        {
            var grown = new TileEdge();
            foreach (var leaf in Leaves.AsSpan(0, size))
            {
                grown.Append(leaf, completed: null);
            }

            var loaded = TileEdge.Load(
                size,
                (level, number, width) =>
                {
                    Assert.Equal(grown.NumberOf(level), number);
                    Assert.Equal(grown.HashesOf(level).Length, width);
                    return grown.HashesOf(level).ToArray();
                }
            );
            Assert.Equal(grown.FindRoot(), loaded.FindRoot());
            var copy = loaded.Copy();
            for (var i = size; i < size + 300; i++)
            {
                grown.Append(Leaves[i], completed: null);
                loaded.Append(Leaves[i], completed: null);
            }

            Assert.Equal(grown.FindRoot(), loaded.FindRoot());
            Assert.Equal(size, copy.Size);
            Assert.Equal(NaiveTree.Root(Leaves.AsSpan(0, size)), copy.FindRoot());
        }
    }

    [Fact]
    public void The_root_of_a_perfect_subtree_is_the_definitions()
    {
        for (var width = 1; width <= 256; width *= 2)
        {
            Assert.Equal(NaiveTree.Root(Leaves.AsSpan(7, width)), TileEdge.RootOf(Leaves.AsSpan(7, width)));
        }
    }

    /// <summary>The examples of C2SP tlog-tiles, and the borders of its groups of three digits.</summary>
    [Theory]
    [InlineData(0, 1_234_067, 256, "tile/0/x001/x234/067")]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 999, 256, "tile/0/999")]
    [InlineData(0, 1_000, 256, "tile/0/x001/000")]
    [InlineData(0, 999_999, 256, "tile/0/x999/999")]
    [InlineData(0, 1_000_000, 256, "tile/0/x001/x000/000")]
    [InlineData(0, 273, 112, "tile/0/273.p/112")]
    [InlineData(1, 1, 17, "tile/1/001.p/17")]
    [InlineData(2, 0, 1, "tile/2/000.p/1")]
    [InlineData(7, 5, 256, "tile/7/005")]
    [InlineData(TilePath.Entries, 273, 112, "tile/entries/273.p/112")]
    [InlineData(TilePath.Entries, 1_234_067, 256, "tile/entries/x001/x234/067")]
    public void A_tile_is_called_as_the_standard_says(int level, long number, int width, string path)
    {
        Assert.Equal(path, TilePath.Of(level, number, width));
        Assert.Equal(path.Split(".p/")[0] + ".p", TilePath.OfPartials(level, number));
    }

    [Fact]
    public void No_two_tiles_share_a_name()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var level in new[] { TilePath.Entries, 0, 1, 2 })
        {
            for (var number = 0; number < 3000; number += number < 30 ? 1 : 37)
            {
                foreach (var width in new[] { 1, 2, 255, 256 })
                {
                    Assert.True(names.Add(TilePath.Of(level, number, width)));
                }
            }
        }
    }

    [Fact]
    public void A_bundle_says_the_length_before_each_entry_and_nothing_else()
    {
        var random = new Random(8);
        var bundle = new EntryBundle();
        for (var round = 0; round < 3; round++)
        {
            var entries = Enumerable.Range(0, 40).Select(i => new byte[i == 3 ? 65_535 : random.Next(0, 300)]).ToArray();
            Array.ForEach(entries, random.NextBytes);
            Array.ForEach(entries, entry => bundle.Add(entry));
            Assert.Equal(entries.Length, bundle.Count);
            var rest = bundle.Bytes;
            foreach (var entry in entries)
            {
                Assert.Equal(entry.Length, BinaryPrimitives.ReadUInt16BigEndian(rest));
                Assert.Equal(entry, rest.Slice(2, entry.Length).ToArray());
                rest = rest[(2 + entry.Length)..];
            }

            Assert.True(rest.IsEmpty);
            bundle.Clear();
            Assert.Equal((0, 0), (bundle.Count, bundle.Bytes.Length));
        }

        Assert.Throws<OverflowException>(() => bundle.Add(new byte[65_536]));
    }
}
