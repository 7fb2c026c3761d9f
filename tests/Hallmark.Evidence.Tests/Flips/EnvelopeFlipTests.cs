using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary><c>verify envelope</c>: each bit of an envelope, in every profile, and each bit of its record.</summary>
public sealed class EnvelopeFlipTests
{
    private static readonly byte[] Record = Encoding.UTF8.GetBytes("{\"event_type\":\"training_complete\",\"metrics\":{\"auc\":0.912}}");

    [Theory]
    [InlineData(SpecVersion.Mlflow)]
    [InlineData(SpecVersion.Events)]
    [InlineData(SpecVersion.Hallmark)]
    [InlineData(SpecVersion.Agent)]
    public async Task Every_flipped_bit_of_an_envelope_fails_and_is_named(string profile)
    {
        var envelope = Seal(profile);

        // A signature in capitals is the same signature (envelope family §2): the family's verifiers take it, and so must we.
        var (failed, neutral) = await BitFlips.AssertEachFailsAsync(envelope, flipped => VerifyAsync(flipped, profile), "^signature$");

        Assert.Equal(envelope.Length * 8, failed + neutral);
        Assert.InRange(neutral, 1, 128);
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_record_fails_and_is_named()
    {
        var envelope = Seal(SpecVersion.Mlflow);
        foreach (var flip in await BitFlips.AllOfAsync(Record, flipped => VerifyAsync(envelope, SpecVersion.Mlflow, flipped)))
        {
            Assert.Equal(1, flip.ExitCode);
            Assert.Contains(flip.Verdict!.Checks, check => check is { Name: "record", Outcome: CheckOutcome.Failed });
        }
    }

    /// <summary>An envelope cut off anywhere behind its third member's name is still known for what it was.</summary>
    [Fact]
    public async Task An_envelope_that_is_cut_off_is_a_failed_verification_as_long_as_it_can_be_told()
    {
        var envelope = Seal(SpecVersion.Mlflow);
        var known = Encoding.UTF8.GetString(envelope).IndexOf("\"public_key\"", StringComparison.Ordinal) + "\"public_key\"".Length;
        for (var length = known; length < envelope.Length; length++)
        {
            var verdict = await VerifyAsync(envelope[..length], SpecVersion.Mlflow);
            var form = Assert.Single(verdict.Checks);
            Assert.Equal((1, "form", "damaged"), (verdict.ExitCode, form.Name, form.Reason));
            Assert.Contains("byte ", form.Detail, StringComparison.Ordinal);
        }
    }

    private static Task<Verdict> VerifyAsync(byte[] envelope, string profile, byte[]? record = null) =>
        new EnvelopeFileVerifier(log: null, BundleScene.Only(BundleScene.Key.PublicKey)).VerifyAsync(
            new MemoryStream(envelope),
            profile == SpecVersion.Agent ? null : new MemoryStream(record ?? Record),
            CancellationToken.None
        );

    private static byte[] Seal(string profile)
    {
        var envelope = new JsonObject
        {
            ["spec_version"] = profile,
            ["event_id"] = BundleScene.EventId(7),
            ["event_type"] = profile == SpecVersion.Agent ? "asset_registered" : "training_complete",
            ["subject"] =
                profile == SpecVersion.Agent
                    ? new JsonObject { ["type"] = "agent", ["agent_id"] = "h1" }
                    : new JsonObject { ["type"] = "mlflow_run", ["run_id"] = "r1" },
            ["previous_hash"] = "GENESIS",
            ["signed_at"] = "2026-03-01T12:00:00+00:00",
        };
        if (profile == SpecVersion.Agent)
        {
            envelope["payload"] = new JsonObject { ["hash"] = new string('a', 64), ["size_bytes"] = 10 };
        }
        else
        {
            envelope["payload_hash"] = Convert.ToHexStringLower(SHA256.HashData(Record));
        }

        if (profile == SpecVersion.Events)
        {
            envelope["environment"] = "production";
        }

        return EnvelopeSealer.Seal(envelope, BundleScene.Key).Bytes.ToArray();
    }
}
