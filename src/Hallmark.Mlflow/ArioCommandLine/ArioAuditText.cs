using System.Text;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>Panels and audits as the original prints them.</summary>
internal static class ArioAuditText
{
    private static readonly string Rule = new('=', 50);

    /// <summary>The panel of a verification, or the line that stands for it where there is no envelope.</summary>
    public static string Panel(string label, ArioResult result, string transactionId, bool usesColour) =>
        result is { ProofFound: not false, SourceOfTruth: { } source }
            ? ArioPanel.Render(label, result.Signature, result.AnchoredBytes, source, result.Attestation, usesColour)
            : $"  Could not fetch envelope from ar.io for TX {ArioText.Shown(transactionId)}.\n";

    /// <summary>The whole text of an audit.</summary>
    public static string Render(ArioAuditBundle audit, bool usesColour)
    {
        var text = new StringBuilder();
        text.Append("Auditing model lineage: ")
            .Append(ArioText.Shown(audit.Model))
            .Append("/v")
            .Append(ArioText.Shown(audit.Version))
            .Append('\n')
            .Append(Rule)
            .Append('\n');
        foreach (var stage in audit.Stages)
        {
            // The original labels a promotion's record as a registration's.
            var (title, label) = stage.Name switch
            {
                ArioAudit.Training => ($"Training (run {audit.RunId ?? "unknown"})", ArioPanel.TrainingLabel),
                ArioAudit.Registration => ($"Registration (v{audit.Version})", ArioPanel.RegistrationLabel),
                _ => ($"Promotion ({audit.CurrentStage})", ArioPanel.RegistrationLabel),
            };
            text.Append('\n').Append(ArioText.Shown(title)).Append(":\n");
            text.Append(
                stage is { TransactionId: { } transaction, Result: { } result }
                    ? Panel(label, result, transaction, usesColour)
                    : "  Not anchored.\n"
            );
        }

        text.Append("\nArtifact integrity:\n");
        text.Append(
            audit.ArtifactHash is { Length: > 0 } hash
                ? $"  Anchored hash: {ArioText.Shown(ArioText.First(hash, 24))}...\n"
                : "  No artifact hash recorded.\n"
        );
        text.Append('\n').Append(Rule).Append('\n');
        text.Append("Overall: ")
            .Append(ArioPanel.Glyph(audit.OverallOk, usesColour))
            .Append(audit.OverallOk ? " All checks passed\n" : " Issues found\n");
        return text.ToString();
    }
}
