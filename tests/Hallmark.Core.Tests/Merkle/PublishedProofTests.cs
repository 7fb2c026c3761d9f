using System.Text.Json;
using Hallmark.Core.Merkle;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Merkle;

/// <summary>Proofs published by transparency-dev/merkle (commit 417fb0c, Apache-2.0), right ones and wrong ones.</summary>
public sealed class PublishedProofTests
{
    [SharedFact("vectors/tlog/merkle-inclusion.json")]
    public void Published_inclusion_proofs_verify_or_fail_as_their_authors_say() =>
        Check(
            "vectors/tlog/merkle-inclusion.json",
            vector =>
                Hash(vector, "leafHash") is { } leaf
                && Hash(vector, "root") is { } root
                && new InclusionProof(
                    vector.GetProperty("leafIdx").GetUInt64(),
                    vector.GetProperty("treeSize").GetUInt64(),
                    Path(vector)
                ).Verifies(leaf, root)
        );

    [SharedFact("vectors/tlog/merkle-consistency.json")]
    public void Published_consistency_proofs_verify_or_fail_as_their_authors_say() =>
        Check(
            "vectors/tlog/merkle-consistency.json",
            vector =>
                Hash(vector, "root1") is { } oldRoot
                && Hash(vector, "root2") is { } newRoot
                && new ConsistencyProof(
                    vector.GetProperty("size1").GetUInt64(),
                    vector.GetProperty("size2").GetUInt64(),
                    Path(vector)
                ).Verifies(oldRoot, newRoot)
        );

    private static void Check(string file, Func<JsonElement, bool> verify)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.SharedFile(file)));
        var wrong = document
            .RootElement.EnumerateArray()
            .Where(vector => verify(vector) == vector.GetProperty("wantErr").GetBoolean())
            .Select(vector => vector.GetProperty("id").GetString());
        Assert.Empty(wrong);
        Assert.True(document.RootElement.GetArrayLength() > 50);
    }

    // A root or leaf of another length than 32 bytes is no hash, so there is nothing to verify.
    private static TreeHash? Hash(JsonElement vector, string name) =>
        TreeHash.TryParseBase64(vector.GetProperty(name).GetString(), out var hash) ? hash : null;

    private static System.Collections.Immutable.ImmutableArray<TreeHash> Path(JsonElement vector) =>
        vector.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof
            ? [.. proof.EnumerateArray().Select(item => TreeHash.TryParseBase64(item.GetString(), out var hash) ? hash : default)]
            : [];
}
