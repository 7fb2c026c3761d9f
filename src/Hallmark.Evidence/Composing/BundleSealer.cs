using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Evidence.Composing;

/// <summary>Puts a body into the signed wrapper <c>ario.evidence/v1</c> (envelope family §11).</summary>
public static class BundleSealer
{
    /// <summary>Seals a body.</summary>
    /// <param name="bodyType">The body's kind.</param>
    /// <param name="body">The body.</param>
    /// <param name="verdict">What its maker found, for display: nobody believes it.</param>
    /// <param name="now">When.</param>
    /// <param name="signer">Whose report it is. Anybody may make one.</param>
    /// <returns>The bundle as canonical bytes.</returns>
    public static byte[] Seal(string bodyType, JsonObject body, Verdict verdict, DateTimeOffset now, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(verdict);
        ArgumentNullException.ThrowIfNull(signer);
        var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var wrapper = new JsonObject
        {
            ["spec_version"] = EvidenceFormat.Wrapper,
            ["body_type"] = bodyType,
            ["issuer"] = new JsonObject { ["kind"] = "issuer", ["tool"] = "hallmark" },
            ["generated_at"] = time,
            ["verdict"] = Summarize(verdict, time),
            ["body"] = body,
            ["body_hash"] = CanonicalJson.Sha256Hex(body),
            ["signature_alg"] = "ed25519",
            ["public_key"] = signer.PublicKey.Hex,
        };
        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        signer.Sign(CanonicalJson.Canonicalize(wrapper), signature);
        wrapper["signature"] = Convert.ToHexStringLower(signature);
        return CanonicalJson.Canonicalize(wrapper);
    }

    private static JsonObject Summarize(Verdict verdict, string time) =>
        new()
        {
            ["status"] = verdict.Status switch
            {
                VerdictStatus.Verified => "verified",
                VerdictStatus.Failed => "failed",
                _ => "partial",
            },
            ["summary"] = $"{verdict.Subject}: {verdict.Status.ToString().ToLowerInvariant()}",
            ["counts"] = new JsonObject
            {
                ["verified"] = verdict.Checks.Count(check => check.Outcome is CheckOutcome.Passed),
                ["failed"] = verdict.Checks.Count(check => check.Outcome is CheckOutcome.Failed),
                ["undetermined"] = verdict.Checks.Count(check => check.Outcome is CheckOutcome.NotRun),
            },
            ["as_of"] = time,
        };
}
