using System.Collections.Immutable;
using Hallmark.Cli.Output;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Verification;
using Hallmark.Reports.Model;

namespace Hallmark.Cli.Commands;

/// <summary>An audit as a page.</summary>
internal static class AuditPage
{
    /// <summary>What the page shows.</summary>
    public static ProofReport Of(ModelAudit audit, TimeProvider time, IReadOnlyList<string> datasets)
    {
        var bundle = audit.Bundle;
        var subject = $"{bundle.Model}/{bundle.Version}";
        return new ProofReport
        {
            Subject = subject,
            Kind = "Audit of a model version",
            State = StateOf(audit.Status),
            Summary = audit.Status switch
            {
                VerdictStatus.Verified =>
                    $"{audit.Verdicts.Count()} events and every link between them hold: {WitnessWords.Count(audit.Verdicts)}.",
                VerdictStatus.Failed => "Not as recorded: "
                    + string.Join(
                        "; ",
                        audit.Verdicts.Where(verdict => verdict.Status is VerdictStatus.Failed).Select(verdict => verdict.Subject)
                    )
                    + ".",
                _ => "Something needed was out of reach: neither good nor bad could be said.",
            },
            GeneratedAt = bundle.GeneratedAt,
            Chain = ChainOf(audit, datasets),
            Sections =
            [
                new ReportSection("Training", audit.Training.Checks),
                new ReportSection("Registration", audit.Registration.Checks),
                .. audit.Promotions.Select(promotion => new ReportSection(Capitalised(promotion.Subject), promotion.Checks)),
            ],
            Notes = [.. audit.Verdicts.SelectMany(verdict => verdict.Notes).Distinct(StringComparer.Ordinal)],
            Facts =
            [
                new ReportFact("Model", bundle.Model),
                new ReportFact("Version", bundle.Version),
                new ReportFact("Stage now", bundle.CurrentStage),
                new ReportFact("Run", bundle.RunId ?? "unknown", IsCode: true),
                new ReportFact("Artifact hash", bundle.ArtifactHash ?? "none recorded", IsCode: true),
                new ReportFact("Store", bundle.TrackingUri, IsCode: true),
            ],
            Witnesses = [.. audit.Verdicts.SelectMany(verdict => verdict.Witnesses.Select(witness => WitnessOf(verdict, witness, time)))],
            DoesNotProve = EventPage.LimitsOf(audit.Verdicts),
            Commands = ByHand.ForAudit(subject, bundle.RunId),
            RawJson = bundle.ToJson(),
        };
    }

    private static ImmutableArray<ChainNode> ChainOf(ModelAudit audit, IReadOnlyList<string> datasets)
    {
        var nodes = ImmutableArray.CreateBuilder<ChainNode>();
        if (datasets.Count > 0)
        {
            // The training's lineage check is what followed the link to the dataset events.
            var title = datasets.Count == 1 ? datasets[0] : $"{datasets[0]} + {datasets.Count - 1}";
            nodes.Add(new ChainNode(datasets.Count == 1 ? "Dataset" : "Datasets", title, LineageOf(audit.Training)));
        }

        nodes.Add(
            new ChainNode(
                "Training",
                audit.Bundle.RunId ?? "unknown",
                StateOf(audit.Training.Status),
                IsLinkBroken: datasets.Count > 0 && IsBroken(audit.Training)
            )
        );
        nodes.Add(
            new ChainNode(
                "Version",
                $"{audit.Bundle.Model}/{audit.Bundle.Version}",
                StateOf(audit.Registration.Status),
                IsCurrent: true,
                IsLinkBroken: IsBroken(audit.Registration)
            )
        );
        foreach (var promotion in audit.Promotions)
        {
            nodes.Add(
                new ChainNode("Promotion", promotion.Subject.Split(" of ")[0], StateOf(promotion.Status), IsLinkBroken: IsBroken(promotion))
            );
        }

        return nodes.DrainToImmutable();
    }

    private static ReportWitness WitnessOf(Verdict verdict, Witness witness, TimeProvider time) =>
        new(
            $"{witness.Anchor} ({witness.World}, {witness.Network}), of {verdict.Subject}",
            WitnessWords.State(witness, time),
            WitnessWords.Proves(witness),
            witness.Trust
        );

    private static ReportState LineageOf(Verdict verdict) =>
        verdict.Checks.FirstOrDefault(check => check.Name == CheckNames.Lineage)?.Outcome switch
        {
            CheckOutcome.Passed => ReportState.Verified,
            CheckOutcome.Failed => ReportState.Failed,
            _ => ReportState.Incomplete,
        };

    private static bool IsBroken(Verdict verdict) =>
        verdict.Checks.Any(check => check is { Name: CheckNames.Lineage or CheckNames.ProofFound, Outcome: CheckOutcome.Failed });

    private static ReportState StateOf(VerdictStatus status) =>
        status switch
        {
            VerdictStatus.Verified => ReportState.Verified,
            VerdictStatus.Failed => ReportState.Failed,
            _ => ReportState.Incomplete,
        };

    private static string Capitalised(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
