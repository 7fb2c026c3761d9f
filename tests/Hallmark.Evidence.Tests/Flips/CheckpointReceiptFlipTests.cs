using Hallmark.Anchors;
using Hallmark.Anchors.CheckpointFile;
using Hallmark.Anchors.Git;
using Hallmark.Anchors.Tests.Git;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Testing;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary>Each bit of receipts for checkpoints in a folder and on a Git branch: the note, the commit, the trees, and what the receipt says of them.</summary>
public sealed class CheckpointReceiptFlipTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly AnchorSubmission Submission = GitWorld.Submission(41);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Where the file lay is its owner's word; only its name is the checkpoint's.</summary>
    [Fact]
    public async Task Every_flipped_bit_of_a_checkpoint_file_receipt_fails_and_is_named()
    {
        var anchor = new CheckpointFileAnchor("vault", _folder.Path, TimeProvider.System);
        var receipt = await anchor.SubmitAsync(await anchor.PrepareAsync(Submission, None), None);

        var (failed, _) = await AnchorFlips.AssertEachFailsAsync(
            receipt,
            new CheckpointFileReceiptVerifier(folder: null),
            Submission.Content,
            AnchorFlips.OwnersWords + "|reference"
        );

        Assert.True(failed > 2_000, $"{failed}");
    }

    /// <summary>Offline, where the branch is not looked at: nobody's receipt holds there, and a damaged one is refuted.</summary>
    [PeerFact("git")]
    public async Task Every_flipped_bit_of_a_git_receipt_fails_and_is_named()
    {
        using var world = new GitWorld();
        var anchor = world.Anchor(world.Clone("a"), "origin");
        await GitWorld.SubmitAsync(anchor, GitWorld.Submission(40));
        var receipt = await GitWorld.SubmitAsync(anchor, Submission);

        var (failed, _) = await BitFlips.AssertEachFailsAsync(
            AnchorReceiptJson.Write(receipt),
            AnchorFlips.Verifier(
                new GitReceiptVerifier(new GitTrust { Remote = world.Remote, Branch = GitWorld.Branch }),
                Submission.Content
            ),
            $"^({AnchorFlips.OwnersWords})$",
            soundStatus: VerdictStatus.Incomplete
        );

        Assert.True(failed > 5_000, $"{failed}");
    }
}
