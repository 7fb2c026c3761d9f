using System.Buffers.Binary;
using System.Text.Json;
using Hallmark.Core.Merkle;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Merkle;

/// <summary>A log made with golang.org/x/mod (testdata/tlog/generated/log): our tree over its entries gives the same roots and proofs.</summary>
public sealed class GeneratedLogTests
{
    private readonly MerkleTree _tree = new();

    public GeneratedLogTests()
    {
        var folder = ProjectFiles.TestData("tlog/generated/log/tile/entries");
        foreach (var bundle in new[] { "000", "001", "002.p/88" })
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, bundle)).AsSpan();
            while (!bytes.IsEmpty)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
                _tree.AppendEntry(bytes.Slice(2, length));
                bytes = bytes[(2 + length)..];
            }
        }
    }

    [Fact]
    public void Roots_of_every_listed_size_are_the_same()
    {
        Assert.Equal(600UL, _tree.Size);
        Each(
            "roots.json",
            item =>
                Assert.Equal(
                    item.GetProperty("rootHash").GetString(),
                    new MerkleTreeReader(_tree).ReadRoot(item.GetProperty("treeSize").GetUInt64()).Base64
                )
        );
    }

    [Fact]
    public void Inclusion_proofs_are_the_same_and_verify() =>
        Each(
            "inclusion.json",
            item =>
            {
                var proof = new MerkleTreeReader(_tree).ReadInclusionProof(
                    item.GetProperty("index").GetUInt64(),
                    item.GetProperty("treeSize").GetUInt64()
                );
                Assert.Equal(
                    item.GetProperty("proof").EnumerateArray().Select(hash => hash.GetString()),
                    proof.Path.Select(hash => hash.Base64)
                );
                Assert.True(proof.Verifies(Hash(item, "leafHash"), Hash(item, "rootHash")));
            }
        );

    [Fact]
    public void Consistency_proofs_are_the_same_and_verify() =>
        Each(
            "consistency.json",
            item =>
            {
                var proof = new MerkleTreeReader(_tree).ReadConsistencyProof(
                    item.GetProperty("oldSize").GetUInt64(),
                    item.GetProperty("newSize").GetUInt64()
                );
                Assert.Equal(
                    item.GetProperty("proof").EnumerateArray().Select(hash => hash.GetString()),
                    proof.Path.Select(hash => hash.Base64)
                );
                Assert.True(proof.Verifies(Hash(item, "oldRoot"), Hash(item, "newRoot")));
            }
        );

    private static void Each(string file, Action<JsonElement> check)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("tlog/generated/log/" + file)));
        Assert.NotEqual(0, document.RootElement.GetArrayLength());
        foreach (var item in document.RootElement.EnumerateArray())
        {
            check(item);
        }
    }

    private static TreeHash Hash(JsonElement item, string name) =>
        TreeHash.TryParseBase64(item.GetProperty(name).GetString(), out var hash) ? hash : throw new FormatException(name);
}
