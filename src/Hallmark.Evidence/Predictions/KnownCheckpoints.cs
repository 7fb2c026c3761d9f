using System.Collections.Concurrent;
using System.Text;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Notes;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Predictions;

/// <summary>Remembers what was found of checkpoints: many receipts share one, and its signature costs as much as the envelope's. Safe for use by several threads.</summary>
internal sealed class KnownCheckpoints
{
    private const int MaxKept = 4_096;
    private readonly ConcurrentDictionary<(string Origin, string Key, string Note), (Checkpoint? Checkpoint, string? Fault)> _known = new();

    /// <summary>Reads a checkpoint, and says why it is not one of the ledger that its key signed; null where it is.</summary>
    public (Checkpoint? Checkpoint, string? Fault) Find(string origin, string verifierKey, ReadOnlyMemory<byte> note)
    {
        var name = (origin, verifierKey, Encoding.UTF8.GetString(note.Span));
        if (_known.TryGetValue(name, out var found))
        {
            return found;
        }

        var key = NoteVerifierKey.TryParse(verifierKey, out var parsed) && parsed.Name == origin ? parsed : null;
        found = CheckpointChecks.Read(origin, note, key);
        found = key is null ? (found.Checkpoint, "verifier_key is no key of the ledger's name") : found;
        if (_known.Count >= MaxKept)
        {
            _known.Clear();
        }

        return _known[name] = found;
    }
}
