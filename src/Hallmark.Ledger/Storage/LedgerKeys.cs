using System.Globalization;
using Hallmark.Core.Checkpoints;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>Reads from the database which keys a ledger has had.</summary>
internal static class LedgerKeys
{
    /// <summary>Walks the handovers from the key that the ledger was made with.</summary>
    /// <exception cref="LedgerDamagedException">An entry claims to be a handover, and does not hold.</exception>
    public static LogKeyChain Load(SqliteSession session, LedgerIdentity identity)
    {
        var keys = new LogKeyChain(identity.Key);
        if (FindHead(session) is not { } head)
        {
            return keys;
        }

        foreach (var row in EntryLookup.FindBySubject(session, KeyHandover.SubjectKey(identity.Origin)))
        {
            if (row.Index <= head && KeyHandover.IsClaimedBy(row.Envelope.Span))
            {
                keys =
                    keys.Add(row.Index, row.Envelope.Span, out var fault)
                    ?? throw new LedgerDamagedException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"entry {row.Index} claims to hand the ledger over to another key: {fault}"
                        )
                    );
            }
        }

        return keys;
    }

    // Most ledgers have none, and this is asked for each receipt.
    private static long? FindHead(SqliteSession session)
    {
        var row = session.PrepareCached("SELECT idx FROM chain WHERE name = ?").Bind(1, KeyHandover.Chain);
        var head = row.Step() ? row.GetNumber(0) : (long?)null;
        row.Reset();
        return head;
    }
}
