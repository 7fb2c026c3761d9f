using System.Text;
using System.Text.Json;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Core.Tests.Json;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>The published evidence corpus of the family's kernels (<c>vectors/ario/kernel/evidence-export</c>, <c>fixtures</c>).</summary>
public sealed class KernelEvidenceTests
{
    private const string Exports = "vectors/ario/kernel/evidence-export";
    private const string Trace = "vectors/ario/kernel/fixtures/anchor-trace-bundle.golden.json";

    [SharedFact(Exports)]
    public void Every_published_export_has_its_published_result_and_verdict()
    {
        var seen = 0;
        foreach (var file in Directory.GetFiles(ProjectFiles.SharedFile(Exports), "*.json"))
        {
            using var document = VectorFile.Open(file);
            if (!document.RootElement.TryGetProperty("expected", out var expected))
            {
                continue;
            }

            seen++;
            var result = Verify(document.RootElement.GetProperty("bundle"));
            var actual = result.ToJson();
            Assert.Equal(expected.GetProperty("exit_code").GetInt32(), result.ExitCode);
            foreach (var name in new[] { "status", "signature_ok", "body_hash_ok" })
            {
                Assert.Equal(expected.GetProperty(name).GetRawText(), actual[name]!.ToJsonString());
            }

            if (expected.TryGetProperty("verdict_jcs_sha256", out var verdictHash))
            {
                Assert.Equal(verdictHash.GetString(), CanonicalJson.Sha256Hex(result.Export!.Verdict));
                var export = result.Export.ToJson();
                foreach (var name in new[] { "source_linkage_ok", "verdict_agreement_ok", "source_status" })
                {
                    Assert.Equal(expected.GetProperty(name).GetRawText(), export[name]!.ToJsonString());
                }

                var attestations = expected.GetProperty("attestations").EnumerateArray().ToArray();
                Assert.Equal(attestations.Length, result.Export.Attestations.Count);
                for (var i = 0; i < attestations.Length; i++)
                {
                    var attestation = result.Export.Attestations[i].ToJson();
                    Assert.All(
                        attestations[i].EnumerateObject(),
                        member => Assert.Equal(member.Value.GetRawText(), attestation[member.Name]?.ToJsonString() ?? "null")
                    );
                }
            }
        }

        Assert.True(seen >= 13);
    }

    [SharedFact(Exports)]
    public void The_golden_export_verifies()
    {
        using var document = VectorFile.Open(ProjectFiles.SharedFile(Exports + "/evidence-export-bundle.golden.json"));
        var result = Verify(document.RootElement.GetProperty("export"));
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        Assert.Equal(0, result.ExitCode);
        Assert.True(result.Events[0].ContentOk);
        Assert.Equal(2, result.Export!.Attestations.Count(attestation => attestation.IsOk));
    }

    [SharedFact(Exports + "/negatives")]
    public void A_forgery_by_exponent_fails_and_nesting_without_end_is_malformed()
    {
        var folder = ProjectFiles.SharedFile(Exports + "/negatives");
        var forged = EvidenceVerifier.Verify(File.ReadAllBytes(Path.Combine(folder, "attestation-exponent-forgery.json")));
        Assert.Equal((EvidenceStatus.Failed, 1), (forged.Status, forged.ExitCode));
        var deep = EvidenceVerifier.Verify(File.ReadAllBytes(Path.Combine(folder, "deep-nesting.json")));
        Assert.Equal((EvidenceStatus.Malformed, 2), (deep.Status, deep.ExitCode));
        Assert.Equal(["evidence bundle nesting exceeds the 128-level canonicalization depth bound"], deep.Errors);
    }

    [SharedFact(Exports)]
    public void The_golden_attestation_verifies_with_a_salt_of_32_octets_and_with_no_other()
    {
        using var document = VectorFile.Open(ProjectFiles.SharedFile(Exports + "/rsa-pss-attestation.golden.json"));
        var row = document.RootElement;
        var payload = CanonicalJson.Canonicalize(row.GetProperty("payload"));
        var key = RsaJwk.Read(row.GetProperty("public_key"));
        Assert.Equal(SignatureOutcome.Valid, RsaPss.Verify(payload, row.Text("signature_hex"), key));
        Assert.Equal(SignatureOutcome.Invalid, RsaPss.Verify(payload, row.Text("signature_wrong_salt_hex"), key));
        Assert.Equal(row.Text("operator_address"), key.Address);
    }

    [SharedFact(Trace)]
    public void The_golden_trace_verifies_and_no_member_of_it_can_be_changed()
    {
        var bytes = File.ReadAllBytes(ProjectFiles.SharedFile(Trace));
        var result = EvidenceVerifier.Verify(bytes);
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        Assert.Equal(3, result.Events.Count);
        Assert.Empty(result.Findings);
        var text = Encoding.UTF8.GetString(CanonicalJson.Canonicalize(bytes));
        foreach (
            var (from, to) in new[]
            {
                ("fixture-producer", "fixture-producet"),
                ("\"leaf_index\":1", "\"leaf_index\":2"),
                ("2026-06-22", "2026-06-23"),
            }
        )
        {
            var changed = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
            Assert.Equal(EvidenceStatus.Failed, changed.Status);
            Assert.False(changed.SignatureOk);
        }
    }

    private static EvidenceVerification Verify(JsonElement bundle) => EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.GetRawText()));
}
