using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Bodies;
using Hallmark.Ledger;

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

            foreach (var eventId in entry.Record is { } record ? RecordLinks.EventIds(record.Span) : [])
            {
                if (await ledger.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false) is { } related)
                {
                    waiting.Enqueue(related);
                }
            }
        }

        return [.. found.Values];
    }
}
