using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Signatures;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Inclusion bundles: all cases of <c>testdata/ario/agent-proofs.json</c>, and our own.</summary>
public sealed class InclusionBundleTests : IDisposable
{
    private static readonly IReadOnlyList<JsonElement> Cases = VectorFile.Cases("agent-proofs.json");
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public static TheoryData<string> Ids => [.. Cases.Select(item => item.Text("id"))];

    public void Dispose() => _key.Dispose();

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_result_is_the_published_one(string id)
    {
        var item = Cases.Single(row => row.Text("id") == id);
        var result = InclusionBundle.Verify(Encoding.UTF8.GetBytes(item.GetProperty("bundle").GetRawText()));
        var expected = JsonNode.Parse(item.GetProperty("expect").GetRawText());
        Assert.True(JsonNode.DeepEquals(expected, result.ToJson()), $"expected {expected}\nactual {result.ToJson()}");
        Assert.Equal(result.IsOk, result.ExitCode == 0);
        var reference = item.Text("typescript_kernel_status");
        if (reference == "malformed")
        {
            Assert.Equal(2, result.ExitCode);
        }
    }

    [Fact]
    public void There_are_as_many_cases_as_were_published() => Assert.True(Cases.Count >= 26);

    [Fact]
    public void Every_leaf_of_every_small_tree_is_composed_and_verifies_and_no_other_leaf_does_in_its_place()
    {
        for (var count = 1; count <= 9; count++)
        {
            var (envelope, leaves, tree) = MakeCheckpoint(count);
            for (var index = 0; index < count; index++)
            {
                var proof = tree.ProveInclusion((ulong)index);
                var bundle = InclusionBundle.Compose(envelope, "tx", leaves[index], proof);
                Assert.Equal(0, InclusionBundle.Verify(bundle).ExitCode);
                Assert.Equal(bundle, InclusionBundle.Compose(envelope, "tx", leaves[index], proof));
                if (count > 1)
                {
                    var other = leaves[(index + 1) % count];
                    var refusal = Assert.Throws<ArgumentException>(() => InclusionBundle.Compose(envelope, "tx", other, proof));
                    Assert.StartsWith("The bundle would not verify: ", refusal.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void The_leaf_count_is_the_signer_s_and_not_the_sender_s()
    {
        var (envelope, leaves, tree) = MakeCheckpoint(4);
        var bundle = (JsonObject)StrictJson.Parse(InclusionBundle.Compose(envelope, "tx", leaves[1], tree.ProveInclusion(1)))!;
        bundle["leaf_count"] = 1;
        Assert.Equal(0, InclusionBundle.Verify(CanonicalJson.Canonicalize(bundle)).ExitCode);
        bundle["checkpoint_envelope"]!["payload"]!["leaf_count"] = 2;
        Assert.Equal(1, InclusionBundle.Verify(CanonicalJson.Canonicalize(bundle)).ExitCode);
    }

    [Theory]
    [InlineData("1e300", "checkpoint")]
    [InlineData("1.5", "wrong type")]
    [InlineData("-1", "does not reconstruct")]
    [InlineData("0", "does not reconstruct")]
    public void A_leaf_count_that_no_tree_has_proves_nothing(string count, string reason)
    {
        var (envelope, leaves, tree) = MakeCheckpoint(1);
        var text = Encoding.UTF8.GetString(InclusionBundle.Compose(envelope, "tx", leaves[0], tree.ProveInclusion(0)));
        var changed = text.Replace("\"leaf_count\":1", "\"leaf_count\":" + count, StringComparison.Ordinal);
        var result = InclusionBundle.Verify(Encoding.UTF8.GetBytes(changed));
        Assert.False(result.InclusionOk);
        Assert.Contains(result.Errors, error => error.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Nesting_beyond_128_levels_and_bytes_that_are_no_JSON_are_malformed()
    {
        var deep = "{\"leaf\":" + new string('[', 128) + new string(']', 128) + "}";
        var result = InclusionBundle.Verify(Encoding.UTF8.GetBytes(deep));
        Assert.Equal(["bundle nesting exceeds the 128-level canonicalization depth bound"], result.Errors);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(2, InclusionBundle.Verify("{"u8).ExitCode);
        Assert.Equal(2, InclusionBundle.Verify([]).ExitCode);
    }

    [Theory]
    [InlineData(GatewayOutcome.Confirm, 0)]
    [InlineData(GatewayOutcome.Mismatch, 1)]
    [InlineData(GatewayOutcome.Unreachable, 3)]
    public async Task What_a_gateway_publishes_under_the_transaction_decides_the_exit_code(GatewayOutcome outcome, int exitCode)
    {
        var (envelope, leaves, tree) = MakeCheckpoint(3);
        var bundle = InclusionBundle.Compose(envelope, "tx", leaves[2], tree.ProveInclusion(2));
        var asked = new List<string>();
        var result = await ProofFile.VerifyAsync(
            bundle,
            new EvidenceInputs { Gateways = ["https://g.example/"] },
            (url, _) =>
            {
                asked.Add(url);
                return outcome switch
                {
                    GatewayOutcome.Confirm => ValueTask.FromResult<ReadOnlyMemory<byte>?>(envelope),
                    GatewayOutcome.Mismatch => ValueTask.FromResult<ReadOnlyMemory<byte>?>("{}"u8.ToArray()),
                    _ => throw new HttpRequestException("down"),
                };
            },
            CancellationToken.None
        );
        Assert.Equal(["https://g.example/tx"], asked);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.True(result.Inclusion!.IsOk);
        string[] said = outcome switch
        {
            GatewayOutcome.Confirm => [],
            GatewayOutcome.Mismatch => ["on-chain bytes at tx do not match the checkpoint envelope"],
            _ => ["checkpoint tx unreachable on all gateways"],
        };
        Assert.Equal(said, result.Inclusion.Errors);
    }

    private (byte[] Envelope, byte[][] Leaves, MerkleTree Tree) MakeCheckpoint(int count)
    {
        var leaves = Enumerable
            .Range(0, count)
            .Select(i => Encoding.UTF8.GetBytes($$"""{"schema":"ario.agent.leaf/v1","n":{{i}}}"""))
            .ToArray();
        var tree = new MerkleTree();
        foreach (var leaf in leaves)
        {
            tree.AppendEntry(CanonicalJson.Canonicalize(leaf));
        }

        var draft = EnvelopeDrafts.Agent(
            "880e8400-e29b-41d4-a716-446655440003",
            AgentEvents.VerificationCheckpoint,
            AgentEvents.Subject("t", "a"),
            new JsonObject { ["merkle_root"] = tree.Root.Hex, ["leaf_count"] = count },
            EnvelopeDrafts.Genesis,
            EvidenceMaker.Start
        );
        return (EnvelopeSealer.Seal(draft, _key).Bytes.ToArray(), leaves, tree);
    }
}
