using System.Text;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>The original's panel of four rows (mlflow-events.md §17).</summary>
public static class ArioPanel
{
    /// <summary>The label of a training's record row.</summary>
    public const string TrainingLabel = "Training Record Matches";

    /// <summary>The label of a registration's record row; the original gives it to promotions too.</summary>
    public const string RegistrationLabel = "Registration Record Matches";

    /// <summary>The label of a prediction's record row.</summary>
    public const string DecisionLabel = "Decision Record Matches";

    private const int LabelWidth = 28;
    private static readonly string Indent = new(' ', LabelWidth + 3);

    /// <summary>The original's rule for colours: always, unless the variable is set to something.</summary>
    /// <param name="noColor">The value of <c>NO_COLOR</c>, or null.</param>
    public static bool UsesColour(string? noColor) => string.IsNullOrEmpty(noColor);

    /// <summary>The one row that checks 2 and 3 share: the first failure, else the first that was not performed.</summary>
    /// <param name="anchoredBytes">Check 2.</param>
    /// <param name="sourceOfTruth">Check 3.</param>
    public static ArioCheck RecordRow(ArioCheck anchoredBytes, ArioCheck sourceOfTruth)
    {
        ArgumentNullException.ThrowIfNull(anchoredBytes);
        ArgumentNullException.ThrowIfNull(sourceOfTruth);
        return (anchoredBytes.Ok, sourceOfTruth.Ok) switch
        {
            (false, _) => new ArioCheck(false, anchoredBytes.Reason ?? "anchored_bytes_mismatch"),
            (_, false) => new ArioCheck(false, sourceOfTruth.Reason ?? "live_mlflow_mismatch"),
            (null, _) => new ArioCheck(null, anchoredBytes.Reason ?? "no_payload_to_compare"),
            (_, null) => new ArioCheck(null, sourceOfTruth.Reason ?? "live_refetch_incomplete"),
            _ => new ArioCheck(true),
        };
    }

    /// <summary>The panel: four lines and those that belong to the attestation, each with its newline.</summary>
    /// <param name="recordLabel">The label of the record row.</param>
    /// <param name="signature">Check 1.</param>
    /// <param name="anchoredBytes">Check 2.</param>
    /// <param name="sourceOfTruth">Check 3.</param>
    /// <param name="attestation">Check 4, with its details.</param>
    /// <param name="usesColour">Whether the glyphs are coloured.</param>
    public static string Render(
        string recordLabel,
        ArioCheck signature,
        ArioCheck anchoredBytes,
        ArioCheck sourceOfTruth,
        ArioCheck attestation,
        bool usesColour
    )
    {
        ArgumentNullException.ThrowIfNull(recordLabel);
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(attestation);
        var text = new StringBuilder();
        AppendRow(text, "Proof Found", new ArioCheck(true), "envelope retrieved from ar.io", usesColour);
        AppendRow(text, recordLabel, RecordRow(anchoredBytes, sourceOfTruth), "live MLflow matches anchored bytes", usesColour);
        AppendRow(text, "Signature Confirmed", signature, "signature valid", usesColour);
        AppendAttestation(text, attestation, usesColour);
        return text.ToString();
    }

    internal static string Glyph(bool? ok, bool usesColour)
    {
        var (glyph, colour) = ok switch
        {
            true => ("✓", "32"),
            false => ("✗", "31"),
            null => ("?", "33"),
        };
        return usesColour ? $"\u001b[{colour}m{glyph}\u001b[0m" : glyph;
    }

    private static void AppendAttestation(StringBuilder text, ArioCheck attestation, bool usesColour)
    {
        const string Label = "ar.io attestation";
        var who = StoredJson.Text(attestation.Details, "attested_by") is { Length: > 0 } name ? name : "unknown";
        var isPending = attestation is { Ok: false, Reason: "attestation_level_below_threshold" };
        if (isPending)
        {
            AppendRow(text, Label, new ArioCheck(null, $"Pending verification (by {who})"), "", usesColour);
            text.Append(Indent).Append("TX is indexed but not yet at the configured attestation bar. Re-run later to check progression.\n");
        }
        else
        {
            AppendRow(text, Label, attestation, "Verified by " + who, usesColour, "not checked");
        }

        if ((isPending || attestation.Ok is true) && StoredJson.Text(attestation.Details, "report_url") is { Length: > 0 } report)
        {
            text.Append(Indent).Append("report: ").Append(ArioText.Shown(report)).Append('\n');
        }
    }

    private static void AppendRow(
        StringBuilder text,
        string label,
        ArioCheck check,
        string good,
        bool usesColour,
        string notPerformed = "not applicable"
    )
    {
        var said = check.Ok is true ? good : check.Reason ?? (check.Ok is false ? "FAILED" : notPerformed);
        text.Append("  ")
            .Append(label.PadRight(LabelWidth))
            .Append(' ')
            .Append(Glyph(check.Ok, usesColour))
            .Append(' ')
            .Append(ArioText.Shown(said))
            .Append('\n');
    }
}
