using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Reports;
using Hallmark.Reports.Model;

namespace Hallmark.Cli.Commands;

/// <summary>The page that lies beside the artifacts (<c>ario/verification.html</c>): what was recorded, and how to check it by hand.</summary>
internal static class EventPage
{
    private const string UploadedLimit =
        "When it was recorded: the bundler has taken it, and its promise proves no time. Once the transaction is in a block, "
        + "\"With Hallmark\" below names that block and its time.";

    /// <summary>Renders the page of one event.</summary>
    /// <param name="prepared">The event.</param>
    /// <param name="trackingUri">The store that it lies in.</param>
    /// <param name="time">The clock.</param>
    /// <param name="upload">What its upload gave; null where none is known.</param>
    public static Task<string> RenderAsync(PreparedEvent prepared, string trackingUri, TimeProvider time, UploadResult? upload = null) =>
        ProofReportRenderer.RenderAsync(
            new ProofReport
            {
                Subject = SubjectOf(prepared),
                Kind = KindOf(prepared.EventType),
                State = ReportState.Recorded,
                Summary =
                    $"Signed and logged by its owner{(upload is null ? "" : ", and handed to Arweave")}. This page was written then; it checks nothing by itself, so check it with one of the ways below.",
                GeneratedAt = time.GetUtcNow(),
                Chain = ChainOf(prepared),
                Facts =
                [
                    new ReportFact("Event type", prepared.EventType),
                    new ReportFact("Event id", prepared.EventId, IsCode: true),
                    new ReportFact("Signed at", (string?)prepared.Envelope["signed_at"] ?? "", IsCode: true),
                    new ReportFact("Profile", (string?)prepared.Envelope["spec_version"] ?? "", IsCode: true),
                    new ReportFact("Payload hash", prepared.PayloadHash, IsCode: true),
                    new ReportFact("Previous hash", prepared.PreviousHash, IsCode: true),
                    new ReportFact("Public key", prepared.PublicKeyHex, IsCode: true),
                    new ReportFact("Signature", (string?)prepared.Envelope["signature"] ?? "", IsCode: true),
                    new ReportFact("Store", trackingUri, IsCode: true),
                    .. UploadFactsOf(upload),
                ],
                DoesNotProve = upload is null ? Limits : [Limits[0], UploadedLimit, Limits[2]],
                Commands = ByHand.For(prepared.EventType, VerifyCommandOf(prepared), RunOf(prepared), upload?.Url),
                RawJson = prepared.Envelope.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }),
            }
        );

    /// <summary>What no proof of ours proves.</summary>
    public static ImmutableArray<string> Limits { get; } =
    [
        "That the model is good, or that the facts were true when they were recorded.",
        "When it was recorded, beyond the signer's own word: no outside witness has seen it yet.",
        "Whose key signed, unless you know the public key from elsewhere.",
    ];

    /// <summary>The same, of events whose witnesses are known: where each has one outside, its time is no longer the signer's word alone.</summary>
    public static ImmutableArray<string> LimitsOf(IEnumerable<Verdict> verdicts) =>
        verdicts.All(verdict => verdict.Witnesses.Any(witness => witness is { IsOutside: true, Holds: true, ExistedBefore: not null }))
            ? [Limits[0], "What was before the time that a witness proves.", Limits[2]]
            : Limits;

    private static IEnumerable<ReportFact> UploadFactsOf(UploadResult? upload) =>
        upload is null
            ? []
            :
            [
                new ReportFact("Arweave transaction", upload.TransactionId, IsCode: true),
                new ReportFact("At a gateway", upload.Url, IsCode: true),
            ];

    private static string SubjectOf(PreparedEvent prepared) =>
        prepared.SubjectKey[(prepared.SubjectKey.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static string KindOf(string eventType) =>
        eventType switch
        {
            EventTypes.Training => "Training run",
            EventTypes.Registration => "Registration of a model version",
            EventTypes.StageTransition => "Promotion of a model version",
            EventTypes.AliasChanged => "Alias of a model version",
            EventTypes.Dataset or EventTypes.DatasetContent => "Dataset",
            _ => "Event",
        };

    // Text from a store, so anything at all.
    private static string? RunOf(PreparedEvent prepared) =>
        prepared.Payload["run_id"] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue(out string? run) ? run : null;

    private static string VerifyCommandOf(PreparedEvent prepared) =>
        prepared.EventType switch
        {
            EventTypes.Training => $"hallmark verify run {SubjectOf(prepared)}",
            EventTypes.Registration or EventTypes.StageTransition or EventTypes.AliasChanged =>
                $"hallmark verify model \"{SubjectOf(prepared)}\"",
            _ => "hallmark verify envelope proof.json",
        };

    private static ImmutableArray<ChainNode> ChainOf(PreparedEvent prepared)
    {
        var nodes = ImmutableArray.CreateBuilder<ChainNode>();
        var member = HallmarkMember.Of(prepared.Payload);
        if (member?[HallmarkMember.Datasets] is JsonArray { Count: > 0 } datasets)
        {
            var first = (string?)datasets[0]?["name"] ?? "";
            nodes.Add(
                datasets.Count == 1
                    ? new ChainNode("Dataset", first, ReportState.Recorded)
                    : new ChainNode("Datasets", $"{first} + {datasets.Count - 1}", ReportState.Recorded)
            );
        }

        if (prepared.EventType is EventTypes.Registration && (string?)prepared.Payload["source_run_id"] is { } run)
        {
            nodes.Add(new ChainNode("Training", run, ReportState.Recorded));
        }

        nodes.Add(new ChainNode(KindOf(prepared.EventType).Split(' ')[0], SubjectOf(prepared), ReportState.Recorded, IsCurrent: true));
        return nodes.DrainToImmutable();
    }
}
