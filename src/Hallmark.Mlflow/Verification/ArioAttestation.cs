using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>Check 4 (mlflow-events.md §11.4), and the tags that the original writes after it (§17).</summary>
public static class ArioAttestation
{
    /// <summary>The level that is enough unless something else is asked for.</summary>
    public const int DefaultMinimumLevel = 2;

    private static readonly string[] Copied = ["attested_by", "attested_at", "report_url", "pdf_url"];

    /// <summary>Judges the service's answer.</summary>
    /// <param name="answer">The answer, or null where no client is configured.</param>
    /// <param name="envelope">The envelope; its members <c>_tx_id</c> and <c>arweave_tx_id</c> name the transaction where <paramref name="transactionId"/> does not.</param>
    /// <param name="transactionId">The transaction, or null.</param>
    /// <param name="minimumLevel">The level that is enough.</param>
    public static ArioCheck Check(AttestationAnswer? answer, JsonNode? envelope, string? transactionId, int minimumLevel)
    {
        if (answer is null)
        {
            return new ArioCheck(null, "no_ario_client");
        }

        if (!answer.IsEnabled)
        {
            return new ArioCheck(null, "ario_verify_not_enabled");
        }

        if (
            string.IsNullOrEmpty(transactionId)
            && !CallerMembers.IsTruthy((envelope as JsonObject)?["_tx_id"])
            && !CallerMembers.IsTruthy((envelope as JsonObject)?["arweave_tx_id"])
        )
        {
            return new ArioCheck(null, "no_tx_id_provided");
        }

        if (answer.Result is not { Count: > 0 } result)
        {
            return new ArioCheck(false, "ario_verify_returned_no_result");
        }

        var level = LevelOf(result) ?? 0;
        var details = new JsonObject { ["attestation_level"] = level };
        foreach (var name in Copied)
        {
            details[name] = result[name]?.DeepClone();
        }

        details["min_attestation_level"] = minimumLevel;
        return level >= minimumLevel
            ? new ArioCheck(true) { Details = details }
            : new ArioCheck(false, "attestation_level_below_threshold") { Details = details };
    }

    /// <summary>The tags that the original writes after a verification: whenever there is a level, whatever else was found.</summary>
    /// <param name="attestation">The result of check 4, as an object.</param>
    /// <remarks>Hallmark itself writes <c>verified</c> only after a verdict that passed; this is for reading others' tags.</remarks>
    public static IReadOnlyDictionary<string, string> TagsOfTheOriginal(JsonObject? attestation)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (attestation is null || LevelOf(attestation) is not { } level)
        {
            return tags;
        }

        tags[ArioTags.VerifyStatus] = "verified";
        tags[ArioTags.AttestationLevel] = level.ToString(CultureInfo.InvariantCulture);
        foreach (
            var (tag, name) in new[]
            {
                (ArioTags.ReportUrl, "report_url"),
                (ArioTags.AttestedBy, "attested_by"),
                (ArioTags.AttestedAt, "attested_at"),
            }
        )
        {
            if (StoredJson.Text(attestation, name) is { Length: > 0 } value)
            {
                tags[tag] = value;
            }
        }

        return tags;
    }

    private static int? LevelOf(JsonObject result) =>
        result["attestation_level"] is JsonValue value
        && value.GetValueKind() is JsonValueKind.Number
        && int.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var level)
            ? level
            : null;
}
