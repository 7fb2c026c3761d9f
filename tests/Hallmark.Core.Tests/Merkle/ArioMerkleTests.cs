using System.Text;
using System.Text.Json;
using Hallmark.Core.Merkle;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Merkle;

/// <summary>Trees and proofs written by the ar.io kernels: testdata/ario/merkle-trees.json, merkle-inclusion.json and, from the shared files, their own corpus.</summary>
public sealed class ArioMerkleTests
{
    [Fact]
    public void Trees_of_the_original_kernel_have_the_same_leaves_roots_and_paths()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/merkle-trees.json")));
        foreach (var vector in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var tree = new MerkleTree();
            for (var i = 0; i < vector.GetProperty("leaf_count").GetInt32(); i++)
            {
                tree.AppendEntry(i % 3 != 0 ? Encoding.ASCII.GetBytes($"leaf-{i}") : [.. Enumerable.Repeat((byte)i, i % 5)]);
            }

            Assert.Equal(vector.GetProperty("root").GetString(), tree.Root.Hex);
            if (vector.GetProperty("leaf_hashes") is { ValueKind: JsonValueKind.Array } listed)
            {
                var leaves = listed.EnumerateArray().Select(leaf => leaf.GetString()).ToList();
                Assert.Equal(leaves, Enumerable.Range(0, leaves.Count).Select(i => tree.Read(new SubtreeCoordinate(0, (ulong)i)).Hex));
            }

            foreach (var proof in vector.GetProperty("proofs").EnumerateArray())
            {
                var made = tree.ProveInclusion(proof.GetProperty("index").GetUInt64());
                Assert.Equal(PathOf(proof), made.Path.Select(hash => hash.Hex));
            }
        }
    }

    [Fact]
    public void Inclusion_checks_agree_with_the_original_kernel()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/merkle-inclusion.json")));
        foreach (var vector in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var index = vector.GetProperty("leaf_index").GetInt64();
            var proof = new InclusionProof(
                unchecked((ulong)index),
                vector.GetProperty("leaf_count").GetUInt64(),
                [.. PathOf(vector).Select(Parse)]
            );
            var verifies = proof.Verifies(
                Parse(vector.GetProperty("leaf_hash").GetString()),
                Parse(vector.GetProperty("root").GetString())
            );
            Assert.True(verifies == vector.GetProperty("expect").GetBoolean(), vector.GetProperty("id").GetString());
        }
    }

    [SharedFact("vectors/ario/kernel")]
    public void The_published_corpus_has_the_same_roots_and_its_paths_verify()
    {
        var files = Directory.GetFiles(ProjectFiles.SharedFile("vectors/ario/kernel"), "merkle-tree-*.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var tree = new MerkleTree();
            foreach (var leaf in document.RootElement.GetProperty("leaves").EnumerateArray())
            {
                tree.AppendLeaf(Parse(leaf.GetProperty("leaf_hash_hex").GetString()));
            }

            Assert.Equal(document.RootElement.GetProperty("expected_root_hex").GetString(), tree.Root.Hex);
            foreach (var proof in document.RootElement.GetProperty("inclusion_proofs").EnumerateArray())
            {
                var made = tree.ProveInclusion(proof.GetProperty("leaf_index").GetUInt64());
                Assert.Equal(
                    proof.GetProperty("audit_path_hex").EnumerateArray().Select(item => item.GetString()),
                    made.Path.Select(hash => hash.Hex)
                );
            }
        }
    }

    private static IEnumerable<string?> PathOf(JsonElement vector) =>
        vector.GetProperty(vector.TryGetProperty("path", out _) ? "path" : "audit_path").EnumerateArray().Select(item => item.GetString());

    private static TreeHash Parse(string? hex) => TreeHash.TryParseHex(hex, out var hash) ? hash : throw new FormatException(hex);
}
