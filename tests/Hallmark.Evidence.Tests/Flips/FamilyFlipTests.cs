using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Testing;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary><c>verify bundle</c>: each bit of the family's inclusion bundles and wrappers, published vectors; and no vector that is malformed is taken for a damaged one.</summary>
public sealed class FamilyFlipTests
{
    [Theory]
    [InlineData("ok-0")]
    [InlineData("ok-1")]
    public async Task Every_flipped_bit_of_an_inclusion_bundle_fails_and_is_named(string id)
    {
        var bundle = await VectorAsync("ario/agent-proofs.json", id);

        // Nothing in the bundle binds the transaction: only a gateway can tell, and the verdict says nothing of it. Hex of either case is the same hash (envelope family §10).
        var (failed, neutral) = await BitFlips.AssertEachFailsAsync(
            bundle,
            flipped => Task.FromResult(Verify(flipped)),
            @"^(checkpoint_tx_id|audit_path\[\d+\]|checkpoint_envelope\.signature)$"
        );

        Assert.Equal(bundle.Length * 8, failed + neutral);
        Assert.True(failed > neutral * 4, $"{failed} failed, {neutral} neutral");
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_wrapper_fails_and_is_named()
    {
        var bundle = await VectorAsync("ario/evidence-bundles.json", "trace/single-event");

        // A signature in capitals is the same signature (envelope family §2).
        var (failed, neutral) = await BitFlips.AssertEachFailsAsync(bundle, flipped => Task.FromResult(Verify(flipped)), "^signature$");

        Assert.Equal(bundle.Length * 8, failed + neutral);
        Assert.InRange(neutral, 1, 128);
    }

    [Fact]
    public async Task What_the_vectors_call_malformed_stays_bad_input()
    {
        var cases = JsonNode.Parse(
            await File.ReadAllTextAsync(ProjectFiles.TestData("ario/evidence-bundles.json")),
            documentOptions: new() { MaxDepth = 1_000 }
        )!["cases"]!.AsArray();
        var malformed = cases.Where(one => (string?)one!["expect"]!["status"] == "malformed").ToList();
        Assert.Equal(21, malformed.Count);
        foreach (var one in malformed)
        {
            var bundle = System.Text.Encoding.UTF8.GetBytes(one!["bundle"]!.ToJsonString(new() { MaxDepth = 1_000 }));
            Assert.Equal(2, ProofFile.Verify(bundle).ExitCode);
            Assert.Null(FamilyDamage.Find(bundle));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"spec_version\":\"ario.evidence/v3\"}")]
    [InlineData("{\"a\":")]
    [InlineData("\u0089PNG\r\n\u001a\n")]
    public void What_never_was_a_bundle_is_not_called_damaged(string text) =>
        Assert.Null(FamilyDamage.Find(System.Text.Encoding.Latin1.GetBytes(text)));

    [Fact]
    public async Task A_wrapper_of_a_later_version_that_its_maker_signed_is_not_called_damaged()
    {
        var later = JsonNode.Parse(await VectorAsync("ario/evidence-bundles.json", "trace/one-window"))!.AsObject();
        later["spec_version"] = "ario.evidence/v3";
        later.Remove("signature");
        later["public_key"] = BundleScene.Key.PublicKey.Hex;
        var signature = new byte[64];
        BundleScene.Key.Sign(CanonicalJson.Canonicalize(later), signature);
        later["signature"] = Convert.ToHexStringLower(signature);

        Assert.Equal(2, ProofFile.Verify(CanonicalJson.Canonicalize(later)).ExitCode);
        Assert.Null(FamilyDamage.Find(CanonicalJson.Canonicalize(later)));
    }

    /// <summary>As the command line does it, with the family's result as a verdict.</summary>
    internal static Verdict Verify(byte[] bundle)
    {
        var found = ProofFile.Verify(bundle);
        if (found.Status is EvidenceStatus.Malformed)
        {
            return FamilyDamage.Find(bundle) is { } damage
                ? new Verdict("evidence bundle", [damage])
                : throw new BadInputException(string.Join("; ", found.Errors));
        }

        var check =
            found.ExitCode == 0
                ? Check.Passed("bundle", found.Status.ToString())
                : Check.Failed("bundle", "failed", string.Join("; ", [.. found.Errors, .. PartsOf(found)]));
        return new Verdict("evidence bundle", [check]);
    }

    private static IEnumerable<string> PartsOf(ProofFileResult found) =>
        found.Evidence is { } evidence
            ?
            [
                .. evidence.Checkpoints.SelectMany(checkpoint => checkpoint.Errors),
                .. evidence.Events.SelectMany(item => item.Errors),
                .. (evidence.Export?.Attestations ?? []).SelectMany(attestation => attestation.Errors),
            ]
            : [];

    private static async Task<byte[]> VectorAsync(string file, string id)
    {
        var cases = JsonNode.Parse(await File.ReadAllTextAsync(ProjectFiles.TestData(file)), documentOptions: new() { MaxDepth = 1_000 })!;
        return CanonicalJson.Canonicalize(cases["cases"]!.AsArray().Single(one => (string?)one!["id"] == id)!["bundle"]);
    }
}
