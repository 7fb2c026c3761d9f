using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Verification;

/// <summary>What came of reading a whole ledger again.</summary>
/// <param name="EntryCount">How many entries were read; where there is a fault, up to it.</param>
/// <param name="CheckpointCount">How many published checkpoints were recomputed.</param>
/// <param name="Root">The root over the entries that were read.</param>
/// <param name="Latest">The newest checkpoint, or null where none was published.</param>
/// <param name="FirstFault">The first thing that does not fit, or null.</param>
public sealed record LedgerVerification(
    long EntryCount,
    long CheckpointCount,
    TreeHash Root,
    PublishedCheckpoint? Latest,
    LedgerFault? FirstFault
)
{
    /// <summary>The keys of its checkpoints, as the entries that were read name them.</summary>
    public required LogKeyChain Keys { get; init; }

    /// <summary>True where everything was read and everything fits.</summary>
    public bool IsVerified => FirstFault is null;

    /// <summary>0 verified, 1 failed.</summary>
    public int ExitCode => IsVerified ? 0 : 1;
}
