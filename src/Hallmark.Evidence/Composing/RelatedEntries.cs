using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Composing;

/// <summary>Finds what an event follows, as the records in the ledger name it: its predecessor, its datasets, and theirs.</summary>
internal static class RelatedEntries
{
    private const int MaxEntries = 10_000;

    /// <summary>The events themselves and all that they follow, in the ledger's order.</summary>
    /// <exception cref="BadInputException">There are more than 10,000.</exception>
    public static async Task<IReadOnlyList<LoggedEntry>> FindAsync(
        LedgerReader ledger,
        IEnumerable<LoggedEntry> first,
        CancellationToken cancellationToken
    )
    {
        var found = new SortedDictionary<long, LoggedEntry>();
        var waiting = new Queue<LoggedEntry>(first);
        while (waiting.TryDequeue(out var entry))
        {
            if (!found.TryAdd(entry.Index, entry))
            {
                continue;
            }

            if (found.Count > MaxEntries)
            {
                throw new BadInputException($"more than {MaxEntries} events belong together; export fewer of them at once");
            }

            foreach (var eventId in NamedBy(entry))
            {
                if (await ledger.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false) is { } related)
                {
                    waiting.Enqueue(related);
                }
            }
        }

        return [.. found.Values];
    }

    private static IEnumerable<string> NamedBy(LoggedEntry entry)
    {
        if (
            entry.Record is not { } bytes
            || !StrictJson.TryParse(bytes.Span, out var record, out _)
            || HallmarkMember.Of(record as JsonObject) is not { } links
        )
        {
            return [];
        }

        IEnumerable<JsonNode?> named = links[HallmarkMember.Datasets] is JsonArray datasets ? datasets : [];
        return named
            .Append(links[HallmarkMember.Previous])
            .OfType<JsonObject>()
            .Select(link => link["event_id"] is JsonValue value && value.TryGetValue<string>(out var eventId) ? eventId : null)
            .OfType<string>();
    }
}
