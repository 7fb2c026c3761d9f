using Hallmark.Core.Failures;

namespace Hallmark.Anchors.CheckpointFile;

/// <summary>The folder or branch holds another checkpoint of the same size: either two ledgers write there, or one of the two was rewritten (exit code 1).</summary>
/// <param name="path">The folder, or the branch.</param>
/// <param name="size">How many entries both cover.</param>
public sealed class CheckpointConflictException(string path, long size)
    : HallmarkException(
        $"{path} already holds another checkpoint of {size} entries",
        "keep both: if they are of one ledger they are evidence of a rewrite",
        "give each ledger a folder or branch of its own"
    )
{
    /// <inheritdoc />
    public override int ExitCode => 1;
}
