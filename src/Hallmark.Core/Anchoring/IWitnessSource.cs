namespace Hallmark.Core.Anchoring;

/// <summary>The port to whoever knows which places saw an envelope, and checks what they gave back.</summary>
public interface IWitnessSource
{
    /// <summary>Finds and checks the witnesses of an envelope: of the envelope itself, and of checkpoints over a tree that it is in.</summary>
    /// <param name="envelope">The envelope, byte for byte.</param>
    /// <param name="index">Where it stands in the ledger; null where it does not.</param>
    /// <param name="signedAt">When the envelope says it was signed, for a policy that asks how soon it was witnessed; or null.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<WitnessFindings> FindAsync(
        ReadOnlyMemory<byte> envelope,
        long? index,
        DateTimeOffset? signedAt,
        CancellationToken cancellationToken
    );
}
