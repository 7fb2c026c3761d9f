using System.Text;
using Hallmark.Anchors.CheckpointFile;
using Hallmark.Anchors.Git;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Git;

/// <summary>Repositories that other people also use, in the states that they leave them in.</summary>
public sealed class GitEdgeTests : IDisposable
{
    private const string Path41 = "000/000/000/checkpoint-000000000041.txt";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly GitWorld _world = new();

    public void Dispose() => _world.Dispose();

    [PeerFact("git")]
    public async Task A_remote_that_takes_no_push_leaves_the_branch_here_as_it_was_and_takes_the_work_later()
    {
        var clone = _world.Clone("a");
        GitWorld.AddHook(_world.Remote, "pre-receive", "echo the branch is protected >&2\nexit 1\n");
        var prepared = await _world.Anchor(clone, "origin").PrepareAsync(GitWorld.Submission(41), None);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Anchor(clone, "origin").SubmitAsync(prepared, None));
        Assert.Contains("does not take the checkpoint", fault.Message, StringComparison.Ordinal);
        Assert.Contains("protected", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Heads(clone));
        Assert.Empty(Heads(_world.Remote));

        File.Delete(Path.Combine(_world.Remote, "hooks", "pre-receive"));
        var receipt = await _world.Anchor(clone, "origin").SubmitAsync(prepared, None);
        Assert.Equal(receipt.Reference, GitWorld.Run(_world.Remote, "rev-parse", GitWorld.Branch));
    }

    [PeerFact("git")]
    public async Task A_branch_that_somebody_else_is_just_writing_is_waited_for()
    {
        var clone = _world.Clone("a");
        var held = Path.Combine(_world.Remote, "refs", "heads", GitWorld.Branch + ".lock");
        await File.WriteAllTextAsync(held, "");

        // Git itself asks the hook before it takes the lock: the second push finds it gone.
        GitWorld.AddHook(_world.Remote, "pre-receive", $"if [ -e asked ]; then rm -f '{held}'; fi\ntouch asked\n");
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41));
        Assert.Equal(receipt.Reference, GitWorld.Run(_world.Remote, "rev-parse", GitWorld.Branch));
        Assert.True(File.Exists(Path.Combine(_world.Remote, "asked")));
    }

    [PeerFact("git")]
    public async Task What_others_commit_to_the_branch_stays_and_the_next_checkpoint_goes_on_top()
    {
        var clone = _world.Clone("a");
        await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41));
        var other = _world.Clone("b");
        GitWorld.Run(other, "fetch", "--quiet", "origin", GitWorld.Branch);
        GitWorld.Run(other, "checkout", "--quiet", "--force", "-b", "theirs", "FETCH_HEAD");
        await File.WriteAllTextAsync(Path.Combine(other, "README"), "who may read this\n");
        GitWorld.Run(other, "add", "README");
        GitWorld.Run(other, "commit", "--quiet", "-m", "read me");
        GitWorld.Run(other, "push", "--quiet", "origin", "theirs:" + GitWorld.Branch);
        var theirs = GitWorld.Run(other, "rev-parse", "HEAD");

        var receipt = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(42));
        Assert.Equal(theirs, GitWorld.Run(_world.Remote, "rev-parse", receipt.Reference + "^"));
        Assert.Equal("who may read this", GitWorld.Run(_world.Remote, "show", receipt.Reference + ":README"));
        Assert.Equal(receipt.Reference, GitWorld.Run(clone, "rev-parse", GitWorld.Branch));
        Assert.True((await VerifyAsync(_world.Remote, receipt)).Holds);
    }

    [PeerFact("git")]
    public async Task A_remote_branch_with_another_history_gets_the_checkpoint_on_top_and_the_branch_here_loses_nothing()
    {
        var clone = _world.Clone("a");
        var lost = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41));
        var other = _world.Clone("b");
        GitWorld.Run(other, "push", "--quiet", "--force", "origin", "work:" + GitWorld.Branch);

        var receipt = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(42));
        Assert.Equal(GitWorld.Run(other, "rev-parse", "work"), GitWorld.Run(_world.Remote, "rev-parse", receipt.Reference + "^"));
        Assert.Equal(lost.Reference, GitWorld.Run(clone, "rev-parse", GitWorld.Branch));
        Assert.True((await VerifyAsync(_world.Remote, receipt)).Holds);
        var gone = await VerifyAsync(_world.Remote, lost);
        Assert.True(gone.IsRefuted);
        Assert.Contains(gone.Checks, static check => check is { Name: "branch", Reason: "not_on_branch" });
        Assert.Equal(ReceiptState.Rejected, (await _world.Anchor(clone, "origin").RefreshAsync(lost, None)).State);
    }

    [PeerFact("git")]
    public async Task A_commit_that_was_deleted_for_good_refutes_its_receipt_live_and_not_offline()
    {
        var folder = _world.Folder("bare");
        GitWorld.Run(folder, "init", "--quiet", "--bare");
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(folder), GitWorld.Submission(41));
        GitWorld.Run(folder, "update-ref", "-d", "refs/heads/" + GitWorld.Branch);
        GitWorld.Run(folder, "reflog", "expire", "--expire=now", "--all");
        GitWorld.Run(folder, "gc", "--quiet", "--prune=now");
        Assert.Superset(
            new HashSet<string>(["count: 0", "in-pack: 0"], StringComparer.Ordinal),
            GitWorld.Run(folder, "count-objects", "-v").Split('\n').ToHashSet(StringComparer.Ordinal)
        );

        var verifier = new GitReceiptVerifier(new GitTrust { Folder = folder, Branch = GitWorld.Branch });
        Assert.False(verifier.Verify(receipt, Content(receipt)).IsRefuted);
        Assert.True((await verifier.VerifyLiveAsync(receipt, Content(receipt), None)).IsRefuted);
        Assert.Equal(ReceiptState.Rejected, (await _world.Anchor(folder).RefreshAsync(receipt, None)).State);

        // Another checkpoint begins the branch anew; the commit that is gone is still not on it.
        var next = await GitWorld.SubmitAsync(_world.Anchor(folder), GitWorld.Submission(42));
        Assert.True((await verifier.VerifyLiveAsync(next, Content(next), None)).Holds);
        Assert.True((await verifier.VerifyLiveAsync(receipt, Content(receipt), None)).IsRefuted);
        Assert.Equal(ReceiptState.Rejected, (await _world.Anchor(folder).RefreshAsync(receipt, None)).State);
    }

    [PeerFact("git")]
    public async Task A_work_tree_without_a_branch_stays_where_it_is()
    {
        var clone = _world.Clone("a");
        GitWorld.Run(clone, "checkout", "--quiet", "--detach");
        var before = GitWorld.Run(clone, "status", "--porcelain=v2", "--branch");
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41));
        Assert.Equal(before, GitWorld.Run(clone, "status", "--porcelain=v2", "--branch"));
        Assert.NotEqual(receipt.Reference, GitWorld.Run(clone, "rev-parse", "HEAD"));
    }

    [PeerFact("git")]
    public async Task A_branch_that_another_work_tree_has_checked_out_is_refused_from_every_one_of_them()
    {
        var clone = _world.Clone("a");
        await GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41));
        var second = clone + ".second";
        GitWorld.Run(clone, "worktree", "add", "--quiet", second, GitWorld.Branch);
        foreach (var folder in new[] { clone, second })
        {
            var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
                GitWorld.SubmitAsync(_world.Anchor(folder), GitWorld.Submission(42))
            );
            Assert.Contains("is checked out", fault.Message, StringComparison.Ordinal);
        }

        GitWorld.Run(second, "checkout", "--quiet", "--detach");
        await GitWorld.SubmitAsync(_world.Anchor(second), GitWorld.Submission(42));
        Assert.Equal("2", GitWorld.Run(clone, "rev-list", "--count", GitWorld.Branch));
    }

    [PeerFact("git")]
    public async Task A_branch_that_is_only_another_name_for_somebodys_branch_is_refused_and_theirs_does_not_move()
    {
        var clone = _world.Clone("a");
        GitWorld.Run(clone, "symbolic-ref", "refs/heads/" + GitWorld.Branch, "refs/heads/work");
        var work = GitWorld.Run(clone, "rev-parse", "work");
        foreach (var remote in new[] { null, "origin" })
        {
            var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
                GitWorld.SubmitAsync(_world.Anchor(clone, remote), GitWorld.Submission(41))
            );
            Assert.Contains("another name for refs/heads/work", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(work, GitWorld.Run(clone, "rev-parse", "work"));
        Assert.Empty(Heads(_world.Remote));
    }

    [PeerTheory("git")]
    [InlineData("log/2026.11/model_a-b")]
    [InlineData("x")]
    [InlineData("HEAD.d")]
    [InlineData("refs/heads/x")]
    [InlineData("0123456789012345678901234567890123456789")]
    public async Task Names_that_git_allows_and_people_use_lead_to_that_branch_and_no_other(string branch)
    {
        var clone = _world.Clone("a");
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin", branch), GitWorld.Submission(41));
        Assert.Equal(["refs/heads/" + branch], Heads(_world.Remote));
        Assert.Equal(receipt.Reference, GitWorld.Run(_world.Remote, "rev-parse", "refs/heads/" + branch));
        var verifier = new GitReceiptVerifier(new GitTrust { Remote = _world.Remote, Branch = branch });
        Assert.True((await verifier.VerifyLiveAsync(receipt, Content(receipt), None)).Holds);
    }

    [PeerFact("git")]
    public async Task A_branch_that_lies_below_another_branchs_name_is_refused_in_words()
    {
        var clone = _world.Clone("a");
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            GitWorld.SubmitAsync(_world.Anchor(clone, branch: "work/checkpoints"), GitWorld.Submission(41))
        );
        Assert.Contains("does not take the checkpoint", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["refs/heads/work"], Heads(clone, all: true));
    }

    [PeerFact("git")]
    public async Task A_file_where_the_checkpoints_folders_belong_is_left_alone_and_said()
    {
        var clone = _world.Clone("a");
        await File.WriteAllTextAsync(Path.Combine(clone, "000"), "somebody's\n");
        GitWorld.Run(clone, "add", "000");
        GitWorld.Run(clone, "commit", "--quiet", "-m", "in the way");
        GitWorld.Run(clone, "branch", GitWorld.Branch);
        var tip = GitWorld.Run(clone, "rev-parse", GitWorld.Branch);
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41)));
        Assert.Equal(tip, GitWorld.Run(clone, "rev-parse", GitWorld.Branch));
    }

    [PeerFact("git")]
    public async Task A_checkpoint_that_others_deleted_in_a_later_commit_is_committed_again()
    {
        var clone = _world.Clone("a");
        var first = await GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41));
        var second = clone + ".second";
        GitWorld.Run(clone, "worktree", "add", "--quiet", second, GitWorld.Branch);
        GitWorld.Run(second, "rm", "--quiet", Path41);
        GitWorld.Run(second, "commit", "--quiet", "-m", "away");
        GitWorld.Run(second, "checkout", "--quiet", "--detach");

        var again = await GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41));
        Assert.NotEqual(first.Reference, again.Reference);
        Assert.Equal("3", GitWorld.Run(clone, "rev-list", "--count", GitWorld.Branch));
        Assert.Equal(GitWorld.Note(41), GitWorld.Run(clone, "show", $"{GitWorld.Branch}:{Path41}") + "\n");
    }

    [PeerFact("git")]
    public async Task One_more_byte_in_the_same_checkpoint_is_a_conflict()
    {
        var clone = _world.Clone("a");
        await GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41));
        await Assert.ThrowsAsync<CheckpointConflictException>(() =>
            GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41, GitWorld.Note(41) + "\n"))
        );
        Assert.Equal("1", GitWorld.Run(clone, "rev-list", "--count", GitWorld.Branch));
    }

    [PeerFact("git")]
    public async Task A_bare_remote_that_lost_its_objects_is_out_of_reach_and_refutes_nothing()
    {
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(_world.Clone("a"), "origin"), GitWorld.Submission(41));
        await GitWorld.SubmitAsync(_world.Anchor(_world.Clone("b"), "origin"), GitWorld.Submission(42));
        Directory.Delete(Path.Combine(_world.Remote, "objects"), recursive: true);
        var witness = await VerifyAsync(_world.Remote, receipt);
        Assert.False(witness.IsRefuted);
        Assert.False(witness.Holds);
        Assert.Contains(witness.Checks, static check => check is { Name: "branch", Outcome: CheckOutcome.NotRun, IsOutOfReach: true });
    }

    private static Task<Witness> VerifyAsync(string remote, AnchorReceipt receipt) =>
        new GitReceiptVerifier(new GitTrust { Remote = remote, Branch = GitWorld.Branch }).VerifyLiveAsync(receipt, Content(receipt), None);

    private static byte[] Content(AnchorReceipt receipt) => Encoding.UTF8.GetBytes(GitWorld.Note(receipt.TreeSize!.Value));

    // The branches of a repository; without "all" those that are nobody's work.
    private static string[] Heads(string folder, bool all = false) =>
        [
            .. GitWorld
                .Run(folder, "for-each-ref", "--format=%(refname)", "refs/heads")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(head => all || head != "refs/heads/work"),
        ];
}
