using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Json;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Predictions;

/// <summary>Remembers what was found of ledgers and checkpoints: many receipts share one, and its signature costs as much as the envelope's. Safe for use by several threads.</summary>
internal sealed class KnownCheckpoints
{
    private const int MaxKept = 4_096;
    private readonly ConcurrentDictionary<(string Ledger, string Note), (Checkpoint? Checkpoint, string? Fault)> _known = new();
    private readonly ConcurrentDictionary<string, ClaimedLedger> _ledgers = new(StringComparer.Ordinal);

    /// <summary>The ledger that a receipt says it is of.</summary>
    /// <returns>What was found of its keys, and a name for it among the others.</returns>
    public (ClaimedLedger Ledger, string Name) FindLedger(PredictionReceipt receipt)
    {
        var name = $"{receipt.Origin}\n{receipt.VerifierKey}\n{HashOf(receipt.Handovers)}";
        if (_ledgers.TryGetValue(name, out var found))
        {
            return (found, name);
        }

        found = ClaimedLedger.Of(receipt.Origin, receipt.VerifierKey, receipt.Handovers);
        return (Keep(_ledgers, name, found), name);
    }

    /// <summary>Reads a checkpoint, and says why it is not one of the ledger that the key in force signed; null where it is.</summary>
    public (Checkpoint? Checkpoint, string? Fault) Find(string origin, ClaimedLedger ledger, string ledgerName, ReadOnlyMemory<byte> note)
    {
        var name = (ledgerName, Encoding.UTF8.GetString(note.Span));
        return _known.TryGetValue(name, out var found) ? found : Keep(_known, name, CheckpointChecks.Read(origin, note, ledger.Keys));
    }

    private static TValue Keep<TKey, TValue>(ConcurrentDictionary<TKey, TValue> kept, TKey name, TValue value)
        where TKey : notnull
    {
        if (kept.Count >= MaxKept)
        {
            kept.Clear();
        }

        return kept[name] = value;
    }

    private static string HashOf(ImmutableArray<KeyHandoverProof> handovers) =>
        HandoverJson.Write(handovers) is { } json ? Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Canonicalize(json))) : "";
}
