using System.Text;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>The original's verification panel, line for line and without colours (mlflow-events.md §17).</summary>
public static class ArioPanel
{
    private const string Indent = "                               ";

    /// <summary>The row that combines checks 2 and 3.</summary>
    public static ArioCheck RecordRow(ArioCheck anchoredBytes, ArioCheck sourceOfTruth)
    {
        ArgumentNullException.ThrowIfNull(anchoredBytes);
        ArgumentNullException.ThrowIfNull(sourceOfTruth);
        return anchoredBytes.Ok is false ? new ArioCheck(false, anchoredBytes.Reason ?? "anchored_bytes_mismatch")
            : sourceOfTruth.Ok is false ? new ArioCheck(false, sourceOfTruth.Reason ?? "live_mlflow_mismatch")
            : anchoredBytes.Ok is null ? new ArioCheck(null, anchoredBytes.Reason ?? "no_payload_to_compare")
            : sourceOfTruth.Ok is null ? new ArioCheck(null, sourceOfTruth.Reason ?? "live_refetch_incomplete")
            : new ArioCheck(true);
    }

    /// <summary>The panel of one event.</summary>
    /// <param name="result">The result of <c>full_verify</c>.</param>
    /// <param name="recordLabel">What the record row is called.</param>
    public static string Write(ArioResult result, string recordLabel)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        Row(text, "Proof Found", new ArioCheck(true), "envelope retrieved from ar.io");
        Row(text, recordLabel, RecordRow(result.AnchoredBytes, result.SourceOfTruth ?? new ArioCheck(null)), "live MLflow matches anchored bytes");
        Row(text, "Signature Confirmed", result.Signature, "signature valid");
        AttestationRow(text, result.Attestation);
        return text.ToString();
    }

    private static void AttestationRow(StringBuilder text, ArioCheck check)
    {
        var by = StoredJson.Text(check.Details, "attested_by") is { Length: > 0 } name ? name : "unknown";
        var report = StoredJson.Text(check.Details, "report_url");
        switch (check)
        {
            case { Ok: true }:
                Row(text, "ar.io attestation", check, "Verified by " + by);
                break;
            case { Ok: false, Reason: "attestation_level_below_threshold" }:
                Row(text, "ar.io attestation", new ArioCheck(null, $"Pending verification (by {by})"), "");
                text.Append(Indent).Append("TX is indexed but not yet at the configured attestation bar. Re-run later to check progression.\n");
                break;
            case { Ok: null }:
                Row(text, "ar.io attestation", check with { Reason = check.Reason ?? "not checked" }, "");
                return;
            default:
                Row(text, "ar.io attestation", check, "");
                return;
        }

        if (!string.IsNullOrEmpty(report))
        {
            text.Append(Indent).Append("report: ").Append(report).Append('\n');
        }
    }

    private static void Row(StringBuilder text, string label, ArioCheck check, string passed)
    {
        var (glyph, words) = check.Ok switch
        {
            true => ("✓", passed),
            false => ("✗", check.Reason ?? "FAILED"),
            null => ("?", check.Reason ?? "not applicable"),
        };
        text.Append("  ").Append(label.PadRight(28)).Append(' ').Append(glyph).Append(' ').Append(words).Append('\n');
    }
}
