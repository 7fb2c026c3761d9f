using System.Globalization;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Failures;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Publishing;

/// <summary>Who signs the next checkpoint: the key in force, and beside it the retired one where no checkpoint covers its handover yet.</summary>
/// <param name="Keys">The ledger's keys.</param>
/// <param name="Current">The key in force.</param>
/// <param name="Retired">The key before it, where it still has to sign; or null.</param>
internal sealed record CheckpointSigners(LogKeyChain Keys, ISigner Current, ISigner? Retired)
{
    /// <summary>Finds who must sign.</summary>
    /// <param name="folder">The ledger.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="signer">The key in force.</param>
    /// <param name="publishedSize">How many entries the newest checkpoint covers.</param>
    /// <param name="findRetired">See <see cref="LedgerOptions.FindRetiredKey"/>.</param>
    /// <exception cref="BadInputException">A handover is not under a checkpoint yet, and the retired key is not at hand.</exception>
    public static CheckpointSigners Open(
        LedgerFolder folder,
        LogKeyChain keys,
        ISigner signer,
        long publishedSize,
        Func<NoteVerifierKey, ISigner?>? findRetired
    )
    {
        var retired = keys.KeysBetween(publishedSize, long.MaxValue)[..^1];
        if (retired.IsEmpty)
        {
            return new CheckpointSigners(keys, signer, Retired: null);
        }

        return findRetired?.Invoke(retired[0]) is { } found && NoteVerifierKey.ForEd25519(keys.Origin, found.PublicKey) == retired[0]
            ? new CheckpointSigners(keys, signer, found)
            : throw new BadInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the ledger {folder.Path} was handed over by entry {keys.Indices[^1]}, and a process died before both keys had signed its checkpoint: the retired key {retired[0]} is needed once more"
                ),
                "put its file back into keys/ and repeat the command"
            );
    }

    /// <summary>Signs a checkpoint.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="previousSize">How many entries the checkpoint before it covers.</param>
    /// <param name="size">How many it covers.</param>
    public SignedNote Sign(ReadOnlySpan<byte> text, long previousSize, long size)
    {
        var signatures = new List<NoteSignature>();
        foreach (var key in Keys.KeysBetween(previousSize, size))
        {
            var signer =
                Find(Current, key)
                ?? Find(Retired, key)
                ?? throw new LedgerDamagedException($"a checkpoint of {size} entries wants a signature of {key}, which is not at hand");
            signatures.Add(signer.Sign(text));
        }

        return SignedNote.Create(text, [.. signatures]);
    }

    private NoteSigner? Find(ISigner? signer, NoteVerifierKey key) =>
        signer is not null && NoteVerifierKey.ForEd25519(Keys.Origin, signer.PublicKey) == key ? new NoteSigner(Keys.Origin, signer) : null;
}
