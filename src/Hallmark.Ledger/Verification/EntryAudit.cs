using System.Security.Cryptography;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Storage;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Verification;

/// <summary>Holds one entry after the other against its own hashes and against the tables by which it is found.</summary>
/// <param name="session">A read transaction.</param>
/// <param name="indexed">Entries below this size must be in the lookup table.</param>
internal sealed class EntryAudit(SqliteSession session, long indexed)
{
    private readonly SqliteStatement _lookup = session.Prepare("SELECT 1 FROM lookup WHERE kind = ? AND key = ? AND idx = ?");
    private readonly SqliteStatement _twin = session.Prepare(
        "SELECT e.idx FROM lookup l JOIN entry e ON e.idx = l.idx WHERE l.kind = 1 AND l.key = ? AND l.idx < ? AND e.event_id = ? LIMIT 1"
    );

    private readonly SqliteStatement _chain = session.Prepare("SELECT idx FROM chain WHERE name = ?");
    private readonly HashSet<string> _tail = new(StringComparer.Ordinal);

    /// <summary>The entry's fault, or null.</summary>
    /// <param name="row">The entry as stored.</param>
    /// <param name="leaf">The leaf hash of its envelope.</param>
    public LedgerFault? Find(EntryRow row, in TreeHash leaf)
    {
        var entry = row.Entry;
        if (leaf != row.Leaf)
        {
            return new LedgerFault(
                entry.Index,
                entry.EventId,
                "the envelope is not the one that was appended: its leaf hash differs",
                row.Leaf.Hex,
                leaf.Hex
            );
        }

        if (
            SubmissionCheck.FindMismatch(entry.Envelope.Span, entry.EventId, entry.EventType, entry.PayloadHash, out var namesEventId) is
            { } mismatch
        )
        {
            return new LedgerFault(entry.Index, entry.EventId, "a look-up column does not fit: " + mismatch);
        }

        if (entry.Record is { } record)
        {
            var found = Convert.ToHexStringLower(SHA256.HashData(record.Span));
            if (found != entry.PayloadHash)
            {
                return new LedgerFault(
                    entry.Index,
                    entry.EventId,
                    "the record is not the one that the envelope commits to: its hash differs",
                    entry.PayloadHash,
                    found
                );
            }
        }

        return FindInTables(row, leaf, namesEventId);
    }

    /// <summary>A chain whose head is no entry of that chain, as a fault, or null.</summary>
    public LedgerFault? FindChainFault()
    {
        var row = session.Prepare(
            "SELECT c.name, c.idx FROM chain c LEFT JOIN entry e ON e.idx = c.idx WHERE e.chain IS NOT c.name ORDER BY c.idx LIMIT 1"
        );
        if (!row.Step())
        {
            return null;
        }

        var fault = new LedgerFault(
            row.GetNumber(1),
            EventId: null,
            $"the head of the chain \"{row.GetText(0)}\" is said to be an entry that is not of this chain"
        );
        row.Reset();
        return fault;
    }

    private LedgerFault? FindInTables(EntryRow row, in TreeHash leaf, bool namesEventId)
    {
        var entry = row.Entry;
        if (entry.Index < indexed)
        {
            var missing =
                !IsInTable(LookupKind.EventId, LookupKey.Of(entry.EventId), entry.Index) ? "event id"
                : !IsInTable(LookupKind.PayloadHash, LookupKey.Of(Convert.FromHexString(entry.PayloadHash)), entry.Index) ? "payload hash"
                : !namesEventId && !IsInTable(LookupKind.Leaf, LookupKey.Of(leaf), entry.Index) ? "leaf hash"
                : entry.SubjectKey is { } subject
                && !DerivedSubject.Is(subject, entry.EventId)
                && !IsInTable(LookupKind.Subject, LookupKey.Of(subject), entry.Index)
                    ? "subject"
                : null;
            if (missing is not null)
            {
                return new LedgerFault(
                    entry.Index,
                    entry.EventId,
                    $"the entry cannot be found by its {missing}: its row in the lookup table is missing"
                );
            }
        }

        if (FindTwin(entry.EventId, entry.Index) is { } twin)
        {
            return new LedgerFault(entry.Index, entry.EventId, $"the event id stands twice: also at {twin}");
        }

        if (row.Chain is { } chain)
        {
            _chain.Bind(1, chain);
            var isBehind = !_chain.Step() || _chain.GetNumber(0) < entry.Index;
            _chain.Reset();
            if (isBehind)
            {
                return new LedgerFault(
                    entry.Index,
                    entry.EventId,
                    $"the head of the chain \"{chain}\" is said to be an older entry than this one"
                );
            }
        }

        return null;
    }

    private bool IsInTable(LookupKind kind, long key, long index)
    {
        var isThere = _lookup.Bind(1, (long)kind).Bind(2, key).Bind(3, index).Step();
        _lookup.Reset();
        return isThere;
    }

    private string? FindTwin(string eventId, long index)
    {
        if (index >= indexed && !_tail.Add(eventId))
        {
            return "another one that the lookup table does not hold yet";
        }

        var twin = _twin.Bind(1, LookupKey.Of(eventId)).Bind(2, index).Bind(3, eventId).Step() ? $"entry {_twin.GetText(0)}" : null;
        _twin.Reset();
        return twin;
    }
}
