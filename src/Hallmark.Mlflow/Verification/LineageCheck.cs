using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>Follows what an event names as its predecessors, back to the beginning, and checks every envelope on the way.</summary>
internal sealed class LineageCheck(VerificationScope scope)
{
    /// <summary>The dataset events of a training and the trainings before it.</summary>
    public async Task<Check> OfTrainingAsync(FoundProof proof, JsonObject record, CancellationToken cancellationToken)
    {
        if (HallmarkMember.Of(record) is not { } member)
        {
            return Answers.NotRun(
                CheckNames.Lineage,
                "no_links",
                "the record names no predecessors that can be followed here (it has no member \"hallmark\")",
                isRequired: false
            );
        }

        if (scope.Log is null || proof.Entry is null)
        {
            return Answers.NotRun(
                CheckNames.Lineage,
                "not_in_ledger",
                "the predecessors stand in a ledger that is not at hand",
                isRequired: false
            );
        }

        var differences = new List<Difference>();
        var datasets = await CheckDatasetsAsync(record, member, differences, cancellationToken).ConfigureAwait(false);
        var length = await CheckChainAsync(proof.Entry, member, differences, cancellationToken).ConfigureAwait(false);
        return Answers.Compared(
            CheckNames.Lineage,
            $"follows {(datasets == 1 ? "1 dataset event" : $"{datasets} dataset events")} and {(length == 1 ? "1 earlier training" : $"{length} earlier trainings")}, back to the beginning",
            "the chain behind this event is broken",
            differences
        );
    }

    /// <summary>One link: the entry is there, has the named hash, and its own key (which may sign) signed it.</summary>
    /// <returns>The entry's record, or null where the link is broken; then a difference says how.</returns>
    public async Task<JsonObject?> FollowAsync(
        string what,
        JsonNode? link,
        string eventType,
        List<Difference> differences,
        CancellationToken cancellationToken
    )
    {
        var (eventId, hash) = (StoredJson.Text(link, "event_id"), StoredJson.Text(link, "payload_hash"));
        var entry =
            eventId is null || scope.Log is null
                ? null
                : await scope.Log.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false);
        if (entry is null)
        {
            differences.Add(new Difference(what, eventId ?? "(no event id)", null, "the ledger does not hold this event"));
            return null;
        }

        var envelope = StoredJson.TryParseObject(entry.Envelope.Span, DuplicateNames.KeepLast);
        var envelopeHash = StoredJson.Text(envelope, "payload_hash");
        if (envelope is null || envelopeHash != hash || StoredJson.Text(envelope, "event_type") != eventType)
        {
            differences.Add(
                new Difference(
                    what,
                    $"{eventType} {hash}",
                    $"{StoredJson.Text(envelope, "event_type")} {envelopeHash}",
                    "the ledger's event is another one"
                )
            );
            return null;
        }

        var signature = EnvelopeChecks.Signature(envelope, scope.Judge);
        if (signature.Outcome is not CheckOutcome.Passed)
        {
            differences.Add(new Difference(what, "a good signature", signature.Reason, signature.Detail));
            return null;
        }

        if (
            entry.Record is not { } record
            || RecordHash.Of(record.Span) != hash
            || StoredJson.TryParseObject(record.Span) is not { } payload
        )
        {
            differences.Add(new Difference(what, hash, null, "the ledger's record of this event is missing or changed"));
            return null;
        }

        return payload;
    }

    private async Task<int> CheckDatasetsAsync(
        JsonObject record,
        JsonObject member,
        List<Difference> differences,
        CancellationToken cancellationToken
    )
    {
        var links = member[HallmarkMember.Datasets] as JsonArray ?? [];
        var unclaimed = (record["dataset_inputs"] as JsonArray ?? []).Select(Key).ToList();
        foreach (var link in links)
        {
            var what = "dataset " + (StoredJson.Text(link, "name") ?? "(no name)");
            var dataset = await FollowAsync(what, link, EventTypes.Dataset, differences, cancellationToken).ConfigureAwait(false);
            if (dataset is not null && !unclaimed.Remove(Key(dataset)))
            {
                differences.Add(
                    new Difference(what, null, StoredJson.Text(dataset, "digest"), "the dataset event is not one of the run's inputs")
                );
            }
        }

        differences.AddRange(
            links.Count == 0
                ? []
                : unclaimed.Select(key => new Difference("dataset " + key.Name, key.Digest, null, "the input has no dataset event"))
        );
        return links.Count;

        static (string? Name, string? Source, string? Digest, string? Schema) Key(JsonNode? dataset) =>
            (
                StoredJson.Text(dataset, "name"),
                StoredJson.Text(dataset, "source"),
                StoredJson.Text(dataset, "digest"),
                StoredJson.Text(dataset, "schema_hash")
            );
    }

    private async Task<int> CheckChainAsync(
        LoggedEntry start,
        JsonObject? member,
        List<Difference> differences,
        CancellationToken cancellationToken
    )
    {
        var length = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal) { start.EventId };
        while (member?[HallmarkMember.Previous] is { } link && differences.Count == 0)
        {
            if (!seen.Add(StoredJson.Text(link, "event_id") ?? ""))
            {
                differences.Add(new Difference("training", StoredJson.Text(link, "event_id"), null, "the chain runs in a ring"));
                break;
            }

            length++;
            member = HallmarkMember.Of(
                await FollowAsync("earlier training", link, EventTypes.Training, differences, cancellationToken).ConfigureAwait(false)
            );
        }

        return length;
    }
}
