using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Anchors.ArioVerify.Batches;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.ArioVerify;

/// <summary>What the original service signed and answered, and what the original client made of it (testdata/ario).</summary>
public sealed class ArioVerifyVectorTests
{
    private static readonly Uri Service = new("https://g.example/local/verify/");

    [Fact]
    public void Attestations_of_the_original_service_verify()
    {
        var vectors = Read("verify-api-attestations.json");
        var operatorAddress = vectors["operator"]!.GetValue<string>();
        var cases = Cases(vectors).ToList();
        Assert.Equal(4, cases.Count);
        foreach (var vector in cases)
        {
            // The service gives the key at another address than the rest.
            var given = (JsonObject)vector["attestation"]!.DeepClone();
            given["operatorPublicKey"] = vectors["operator_public_key_n"]!.GetValue<string>();
            var result = ArioVerifyResult.Read((JsonObject)vector["result"]!, Service);
            var attestation = OperatorAttestation.FromService(given, result.TransactionId!);
            Assert.Equal(
                vector["canonical"]!.GetValue<string>(),
                System.Text.Encoding.UTF8.GetString(CanonicalJson.Canonicalize(attestation.Payload))
            );
            var hash = result.DataHash ?? Digest.Compute(DigestAlgorithm.Sha256, ""u8);
            var findings = attestation.Verify(result.TransactionId!, hash, [operatorAddress]);
            Assert.All(
                findings.Checks,
                check =>
                    Assert.True(
                        check.Outcome is CheckOutcome.Passed || (check.Name == "attestation_data" && result.DataHash is null),
                        check.Detail
                    )
            );
            Assert.Equal(result.DataHash is not null, findings.IsBelieved);
            Assert.Equal(result.Level, findings.Level);
            Assert.Equal((result.BlockHeight, result.BlockTime), (findings.BlockHeight, findings.BlockTime));
            Assert.Equal(result.SignatureValid is true, findings.SignatureVerified);
        }
    }

    [Fact]
    public void The_batch_report_of_the_original_service_verifies_and_no_changed_one_does()
    {
        var vectors = Read("verify-api-bundle.json");
        var bytes = System.Text.Encoding.UTF8.GetBytes(vectors["bundle_canonical"]!.GetValue<string>());
        var report = ArioBatchReport.Parse(bytes);
        Assert.All(
            report.Verify("job_abc123def456gh12", null, [report.Operator!]),
            check => Assert.Equal(CheckOutcome.Passed, check.Outcome)
        );
        Assert.Equal(ArioOutcome.Verified, report.FindOutcome("kJ7vX2pQ8mNcLw9Yb4TzFh1aGdRsE6oWpABCDEFGHIJ")!.Outcome);
        Assert.Equal("gateway_404", report.FindOutcome("AHUuMJB2HKi7VsKC5dO27T8c_qEcE3DY8YT13VGGugg")!.FailureReason);
        Assert.Null(report.FindOutcome(VerifyService.TransactionId));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            try
            {
                Assert.Contains(
                    ArioBatchReport.Parse(changed).Verify(null, null, []),
                    static check => check.Outcome is CheckOutcome.Failed
                );
            }
            catch (BadInputException)
            {
                // No report at all any more.
            }
        }
    }

    [Fact]
    public void Answers_are_normalised_as_the_original_client_does()
    {
        var cases = Cases(Read("verify-api-normalise.json")).ToList();
        Assert.Equal(6, cases.Count);
        foreach (var vector in cases)
        {
            var address = new Uri(vector["base_url"]!.GetValue<string>());
            var result = ArioVerifyResult.Read((JsonObject)vector["response"]!, address);
            Assert.True(JsonNode.DeepEquals(vector["expect"], result.Normalise()), $"{vector["id"]}: {result.Normalise().ToJsonString()}");
        }
    }

    [Fact]
    public void Results_come_to_the_outcomes_of_the_original_service()
    {
        var cases = Cases(Read("verify-api-outcomes.json")).ToList();
        Assert.Equal(9, cases.Count);
        foreach (var vector in cases)
        {
            var result = new JsonObject
            {
                ["existence"] = new JsonObject { ["status"] = vector["existence_status"]!.DeepClone() },
                ["authenticity"] = vector["authenticity"]!.DeepClone(),
            };
            var outcome = ArioOutcome.Of(ArioVerifyResult.Read(result, Service));
            var expected = vector["expect"]!;
            Assert.Equal(
                (
                    expected["outcome"]!.GetValue<string>(),
                    expected["failureReason"]?.GetValue<string>(),
                    expected["permanent"]!.GetValue<bool>()
                ),
                (outcome.Outcome, outcome.FailureReason, outcome.IsPermanent)
            );
        }
    }

    private static JsonObject Read(string name) =>
        (JsonObject)JsonNode.Parse(File.ReadAllBytes(Path.Combine(ProjectFiles.Root, "testdata", "ario", name)))!;

    private static IEnumerable<JsonObject> Cases(JsonObject vectors) =>
        ((JsonArray)vectors["cases"]!).Select(static vector => (JsonObject)vector!);
}
