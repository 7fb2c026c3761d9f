using Hallmark.Cli.Output;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Commands;

/// <summary>An audit as text: each stage's panel, then one line that decides.</summary>
internal static class AuditText
{
    /// <summary>Writes the audit.</summary>
    public static void Write(Terminal terminal, ModelAudit audit, bool isFull, TimeProvider time)
    {
        var subject = PlainText.Of($"{audit.Bundle.Model}/{audit.Bundle.Version}");
        terminal.Out.WriteLine(
            $"{terminal.Strong("Audit of " + subject)}  stage {PlainText.Of(audit.Bundle.CurrentStage)}, run {PlainText.Of(audit.Bundle.RunId ?? "unknown")}"
        );
        foreach (var verdict in audit.Verdicts)
        {
            terminal.Out.WriteLine();
            VerdictText.WriteChecks(terminal, verdict, isFull, time);
        }

        if (audit.Promotions.IsEmpty)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine($"{terminal.Strong("promotions")}  none recorded, and the version is in no stage");
        }

        terminal.Out.WriteLine();
        VerdictText.WriteNotes(terminal, audit.Verdicts);
        var failed = audit.Verdicts.Where(verdict => verdict.Status is VerdictStatus.Failed).Select(verdict => verdict.Subject).ToList();
        terminal.Out.WriteLine("Does not prove: that the model is good, or that the facts were true when they were recorded.");
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(
            audit.Status switch
            {
                VerdictStatus.Verified =>
                    $"{subject}  {terminal.Good("VERIFIED")}: {audit.Verdicts.Count()} events and every link between them, {WitnessWords.Count(audit.Verdicts)}",
                VerdictStatus.Failed => $"{subject}  {terminal.Bad("FAILED")}: {PlainText.Of(string.Join("; ", failed))}",
                _ => $"{subject}  {terminal.Undecided("INCOMPLETE")}: something needed was out of reach",
            }
        );
    }
}
