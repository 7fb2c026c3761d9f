using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Evidence.Composing;

/// <summary>Puts a body, with what its maker found, into the signed wrapper <c>ario.evidence/v1</c> (envelope family §11).</summary>
public static class BundleSealer
{
    /// <summary>Seals a body.</summary>
    /// <inheritdoc cref="Seal(string, ReadOnlyMemory{byte}, Verdict, DateTimeOffset, ISigner)" />
    public static ReadOnlyMemory<byte> Seal(string bodyType, JsonObject body, Verdict verdict, DateTimeOffset now, ISigner signer) =>
        Seal(bodyType, CanonicalJson.Canonicalize(body), verdict, now, signer);

    /// <summary>Seals a body.</summary>
    /// <param name="bodyType">The body's kind.</param>
    /// <param name="body">The body: JSON in any form.</param>
    /// <param name="verdict">What its maker found, for display: nobody believes it.</param>
    /// <param name="now">When.</param>
    /// <param name="signer">Whose report it is. Anybody may make one.</param>
    /// <returns>The bundle as canonical bytes.</returns>
    /// <exception cref="JsonRejectedException">The body is no JSON with a canonical form, or is nested too deep.</exception>
    public static ReadOnlyMemory<byte> Seal(string bodyType, ReadOnlyMemory<byte> body, Verdict verdict, DateTimeOffset now, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var time = TimeOf(now);
        return EvidenceSealer
            .Seal(
                new EvidenceDraft
                {
                    BodyType = bodyType,
                    Issuer = new JsonObject { ["kind"] = "issuer", ["tool"] = "hallmark" },
                    GeneratedAt = time,
                    Verdict = Summarize(verdict, time),
                    Body = body,
                },
                signer
            )
            .Bytes;
    }

    /// <summary>A time as wrappers write it: UTC with milliseconds.</summary>
    public static string TimeOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

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
