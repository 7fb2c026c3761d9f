using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors.CheckpointFile;
using Hallmark.Anchors.Git;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Git;

/// <summary>Checkpoints in real repositories, looked at with <c>git</c> itself.</summary>
public sealed class GitCheckpointTests : IDisposable
{
    private const string Path41 = "000/000/000/checkpoint-000000000041.txt";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly GitWorld _world = new();

    public void Dispose() => _world.Dispose();

    [PeerFact("git")]
    public async Task A_checkpoint_becomes_a_commit_on_its_branch_and_the_work_in_progress_stays_as_it_is()
    {
        var clone = _world.Clone("a");
        var before = Look(clone);
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(clone), GitWorld.Submission(41));
        Assert.Equal(before, Look(clone));
        Assert.Equal((ReceiptState.Final, "local"), (receipt.State, receipt.Network));
        Assert.Equal(receipt.Reference, GitWorld.Run(clone, "rev-parse", GitWorld.Branch));
        Assert.Equal(GitWorld.Note(41), GitWorld.Run(clone, "show", $"{GitWorld.Branch}:{Path41}") + "\n");
        Assert.Equal(Path41, GitWorld.Run(clone, "ls-tree", "-r", "--name-only", GitWorld.Branch));
        Assert.Equal(
            "Hallmark <hallmark@localhost> Checkpoint of 41 entries",
            GitWorld.Run(clone, "log", "--format=%an <%ae> %s", GitWorld.Branch)
        );
        GitWorld.Run(clone, "fsck", "--strict", "--no-dangling");
        Assert.False(_world.Anchor(clone).IsOutsideWitness);
    }

    [PeerFact("git")]
    public async Task The_same_checkpoint_twice_is_one_commit_and_one_more_is_one_more()
    {
        var clone = _world.Clone("a");
        var first = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41));
        _world.Clock.Advance(TimeSpan.FromHours(1));
        var again = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41));
        Assert.Equal(first.Reference, again.Reference);
        Assert.Equal("1", Count(_world.Remote));
        var second = await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(1_000_000_042));
        Assert.Equal("2", Count(_world.Remote));
        Assert.Equal(first.Reference, GitWorld.Run(clone, "rev-parse", second.Reference + "^"));
        Assert.Equal(first.Reference, (await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41))).Reference);
        Assert.Equal(second.Reference, GitWorld.Run(clone, "rev-parse", GitWorld.Branch));
    }

    [PeerFact("git")]
    public async Task Another_checkpoint_of_the_same_size_is_a_conflict_and_the_first_stays()
    {
        var (a, b) = (_world.Clone("a"), _world.Clone("b"));
        await GitWorld.SubmitAsync(_world.Anchor(a, "origin"), GitWorld.Submission(41));
        var conflict = await Assert.ThrowsAsync<CheckpointConflictException>(() =>
            GitWorld.SubmitAsync(_world.Anchor(b, "origin"), GitWorld.Submission(41, "rewritten\n"))
        );
        Assert.Equal(1, conflict.ExitCode);
        Assert.Equal("1", Count(_world.Remote));
        Assert.Equal(GitWorld.Note(41), GitWorld.Run(_world.Remote, "show", $"{GitWorld.Branch}:{Path41}") + "\n");
    }

    [PeerFact("git")]
    public async Task Two_clones_that_race_for_one_branch_both_get_their_checkpoints_in()
    {
        var clones = new[] { _world.Clone("a"), _world.Clone("b") };
        var receipts = await Task.WhenAll(
            clones.Select(
                (clone, which) =>
                    Task.Run(async () =>
                    {
                        var made = new List<AnchorReceipt>();
                        for (var i = 0; i < 5; i++)
                        {
                            made.Add(await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission((10 * i) + which)));
                        }

                        return made;
                    })
            )
        );
        Assert.Equal("10", Count(_world.Remote));
        Assert.Equal(
            "10",
            GitWorld
                .Run(_world.Remote, "ls-tree", "-r", "--name-only", GitWorld.Branch)
                .Split('\n')
                .Length.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        foreach (var receipt in receipts.SelectMany(static made => made))
        {
            var witness = await Verifier(_world.Remote).VerifyLiveAsync(receipt, Content(receipt), None);
            Assert.True(witness.Holds, Describe(witness));
        }
    }

    [PeerFact("git")]
    public async Task A_crash_between_push_and_store_pushes_nothing_twice()
    {
        var clone = _world.Clone("a");
        var prepared = await _world.Anchor(clone, "origin").PrepareAsync(GitWorld.Submission(41), None);
        Assert.Equal((ReceiptState.Prepared, _world.Remote), (prepared.State, prepared.Network));
        var first = await _world.Anchor(clone, "origin").SubmitAsync(prepared, None);
        var second = await _world.Anchor(clone, "origin").SubmitAsync(prepared, None);
        Assert.Equal(first.Reference, second.Reference);
        Assert.Equal("1", Count(_world.Remote));
        Assert.Same(first, await _world.Anchor(clone, "origin").SubmitAsync(first, None));
    }

    [PeerFact("git")]
    public async Task A_branch_that_is_checked_out_is_refused()
    {
        var clone = _world.Clone("a");
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            GitWorld.SubmitAsync(_world.Anchor(clone, branch: "work"), GitWorld.Submission(41))
        );
        Assert.Contains("is checked out", fault.Message, StringComparison.Ordinal);
    }

    [PeerFact("git")]
    public async Task A_remote_that_is_away_leaves_everything_as_it_was_and_the_work_can_be_done_later()
    {
        var clone = _world.Clone("a");
        var anchor = _world.Anchor(clone, "origin");
        var prepared = await anchor.PrepareAsync(GitWorld.Submission(41), None);
        var moved = _world.Remote + ".away";
        Directory.Move(_world.Remote, moved);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => anchor.SubmitAsync(prepared, None));
        Assert.Contains("git ls-remote", fault.Message, StringComparison.Ordinal);
        Assert.False((await anchor.ReadStatusAsync(None)).IsReachable);
        Directory.Move(moved, _world.Remote);
        Assert.Contains("no checkpoint yet", (await anchor.ReadStatusAsync(None)).Detail, StringComparison.Ordinal);
        var receipt = await anchor.SubmitAsync(prepared, None);
        Assert.Equal(receipt.Reference, GitWorld.Run(_world.Remote, "rev-parse", GitWorld.Branch));
        Assert.Contains(receipt.Reference!, (await anchor.ReadStatusAsync(None)).Detail, StringComparison.Ordinal);
    }

    [PeerFact("git")]
    public async Task Hooks_and_monitors_of_the_repository_are_not_run()
    {
        var clone = _world.Clone("a");
        var trap = Path.Combine(clone, "sprung");
        foreach (var hook in new[] { "pre-push", "reference-transaction", "post-index-change", "pre-commit", "commit-msg" })
        {
            var path = Path.Combine(clone, ".git", "hooks", hook);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\ntouch {trap}\nexit 1\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        GitWorld.Run(clone, "config", "core.fsmonitor", Path.Combine(clone, ".git", "hooks", "pre-push"));
        GitWorld.Run(clone, "config", "commit.gpgSign", "true");
        GitWorld.Run(clone, "config", "gpg.program", Path.Combine(clone, ".git", "hooks", "pre-push"));
        await GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41));
        Assert.False(File.Exists(trap));
    }

    [PeerFact("git")]
    public async Task An_address_that_runs_a_program_or_is_not_encrypted_is_not_followed()
    {
        var clone = _world.Clone("a");
        var trap = Path.Combine(clone, "sprung");
        GitWorld.Run(clone, "config", "protocol.ext.allow", "always");
        foreach (var address in new[] { $"ext::touch {trap}", "http://127.0.0.1:1/a.git", "git://127.0.0.1:1/a.git" })
        {
            GitWorld.Run(clone, "remote", "set-url", "origin", address);
            var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
                GitWorld.SubmitAsync(_world.Anchor(clone, "origin"), GitWorld.Submission(41))
            );
            Assert.Contains("not allowed", fault.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(trap));
    }

    [PeerFact("git")]
    public async Task A_folder_that_is_no_repository_or_lies_inside_another_is_said()
    {
        var clone = _world.Clone("a");
        foreach (
            var folder in new[]
            {
                _world.Folder("plain"),
                _world.Folder("a/inside"),
                _world.Folder("remote.git/objects"),
                Path.Combine(clone, "missing"),
            }
        )
        {
            var anchor = _world.Anchor(folder);
            await Assert.ThrowsAsync<AnchorUnavailableException>(() => anchor.PrepareAsync(GitWorld.Submission(41), None));
            Assert.False((await anchor.ReadStatusAsync(None)).IsReachable);
        }
    }

    [PeerFact("git")]
    public async Task A_receipt_shows_offline_which_commit_holds_it_and_only_the_remote_makes_it_hold()
    {
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(_world.Clone("a"), "origin"), GitWorld.Submission(41));
        var offline = Verifier(_world.Remote).Verify(receipt, Content(receipt));
        Assert.Equal((ReceiptState.Submitted, false, false), (offline.State, offline.IsRefuted, offline.Holds));
        Assert.Contains(offline.Checks, static check => check is { Name: "commit", Outcome: CheckOutcome.Passed });

        await GitWorld.SubmitAsync(_world.Anchor(_world.Clone("b"), "origin"), GitWorld.Submission(42));
        var live = await Verifier(_world.Remote).VerifyLiveAsync(receipt, Content(receipt), None);
        Assert.Equal((ReceiptState.Final, true, false), (live.State, live.Holds, live.IsOutside)); // on this machine's disk

        GitWorld.Run(_world.Remote, "update-ref", "-d", "refs/heads/" + GitWorld.Branch);
        live = await Verifier(_world.Remote).VerifyLiveAsync(receipt, Content(receipt), None);
        Assert.Contains(live.Checks, static check => check is { Name: "branch", Reason: "not_on_branch" });
        Directory.Delete(_world.Remote, recursive: true);
        live = await Verifier(_world.Remote).VerifyLiveAsync(receipt, Content(receipt), None);
        Assert.Contains(live.Checks, static check => check is { Name: "branch", Outcome: CheckOutcome.NotRun, IsOutOfReach: true });
        Assert.False(live.IsRefuted);
    }

    [PeerFact("git")]
    public async Task A_branch_that_was_rewritten_no_longer_bears_its_receipts_out()
    {
        var clone = _world.Clone("a");
        var anchor = _world.Anchor(clone);
        var receipt = await GitWorld.SubmitAsync(anchor, GitWorld.Submission(41));
        var verifier = new GitReceiptVerifier(new GitTrust { Folder = clone, Branch = GitWorld.Branch });
        Assert.True((await verifier.VerifyLiveAsync(receipt, Content(receipt), None)).Holds);
        Assert.Equal(ReceiptState.Final, (await anchor.RefreshAsync(receipt, None)).State);
        GitWorld.Run(clone, "update-ref", "refs/heads/" + GitWorld.Branch, "work");
        Assert.True((await verifier.VerifyLiveAsync(receipt, Content(receipt), None)).IsRefuted);
        Assert.Equal(ReceiptState.Rejected, (await anchor.RefreshAsync(receipt, None)).State);
    }

    [PeerFact("git")]
    public async Task Any_byte_that_is_changed_refutes_the_receipt()
    {
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(_world.Clone("a")), GitWorld.Submission(41));
        var verifier = new GitReceiptVerifier(new GitTrust { Branch = GitWorld.Branch });
        Assert.False(verifier.Verify(receipt, Content(receipt)).IsRefuted);
        foreach (var member in new[] { "note", "commit", "trees/0", "trees/1", "trees/2", "trees/3" })
        {
            var length = Convert.FromBase64String(Find((JsonObject)receipt.Proof.DeepClone(), member)!.GetValue<string>()).Length;
            for (var i = 0; i < length; i++)
            {
                var proof = (JsonObject)receipt.Proof.DeepClone();
                var node = Find(proof, member)!;
                var bytes = Convert.FromBase64String(node.GetValue<string>());
                bytes[i] ^= (byte)(1 << (i % 8));
                node.ReplaceWith(Convert.ToBase64String(bytes));
                Assert.True(verifier.Verify(receipt with { Proof = proof }, Content(receipt)).IsRefuted, $"{member} byte {i}");
            }
        }

        Assert.True(verifier.Verify(receipt with { TreeSize = 42 }, Content(receipt)).IsRefuted);
        Assert.True(verifier.Verify(receipt with { Reference = new string('a', 40) }, Content(receipt)).IsRefuted);
        Assert.True(verifier.Verify(receipt with { World = "arweave" }, Content(receipt)).IsRefuted);
        Assert.True(verifier.Verify(receipt, "else"u8.ToArray()).IsRefuted);
    }

    [PeerFact("git")]
    public async Task A_repository_of_sha_256_is_as_good()
    {
        var folder = _world.Folder("new");
        GitWorld.Run(folder, "init", "--quiet", "--bare", "--object-format=sha256");
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(folder), GitWorld.Submission(41));
        Assert.Equal(64, receipt.Reference!.Length);
        var witness = await new GitReceiptVerifier(new GitTrust { Folder = folder, Branch = GitWorld.Branch }).VerifyLiveAsync(
            receipt,
            Content(receipt),
            None
        );
        Assert.True(witness.Holds, Describe(witness));
    }

    [PeerFact("git")]
    public async Task Giving_up_ends_git_and_what_git_started()
    {
        var clone = _world.Clone("a");
        using var gaveUp = new CancellationTokenSource();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _world.Anchor(clone).PrepareAsync(GitWorld.Submission(41), gaveUp.Token)
        );
        var asleep = new GitCommand(clone, TimeSpan.FromMilliseconds(200), allowPlainHttp: false);
        var late = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            asleep.RunAsync(null, None, "-c", "alias.wait=!sleep 1000", "wait")
        );
        Assert.Contains("did not finish", late.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-d")]
    [InlineData("a b")]
    [InlineData("a/../b")]
    [InlineData("a/.b")]
    [InlineData("a.lock")]
    [InlineData("a.")]
    [InlineData("a/")]
    [InlineData("a\n")]
    [InlineData("a@{1}")]
    [InlineData("refs:b")]
    public void A_branch_that_git_could_read_as_something_else_is_refused(string branch) =>
        Assert.Throws<BadInputException>(() => _world.Anchor("/repository", branch: branch));

    [Theory]
    [InlineData("--upload-pack=touch")]
    [InlineData("ext::sh -c true")]
    [InlineData("a\nb")]
    [InlineData("https://me:secret@host/a.git")]
    public void A_remote_that_is_an_option_a_program_or_holds_a_password_is_refused_and_not_repeated(string remote)
    {
        var refusal = Assert.Throws<BadInputException>(() => _world.Anchor("/repository", remote));
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://token@host/a.git", "https://host/a.git", false)]
    [InlineData("git@host:a/b.git", "host:a/b.git", false)]
    [InlineData("ssh://git@host:22/a.git", "ssh://host:22/a.git", false)]
    [InlineData("/srv/a@b:c.git", "/srv/a@b:c.git", true)]
    [InlineData("file:///srv/a.git", "file:///srv/a.git", true)]
    [InlineData("../a.git", "../a.git", true)]
    public void Receipts_name_a_remote_without_credentials(string address, string network, bool isLocal)
    {
        Assert.Equal(network, GitRemote.WithoutCredentials(address));
        Assert.Equal(isLocal, GitRemote.IsLocal(network));
    }

    private static GitReceiptVerifier Verifier(string remote) => new(new GitTrust { Remote = remote, Branch = GitWorld.Branch });

    private static byte[] Content(AnchorReceipt receipt) => Encoding.UTF8.GetBytes(GitWorld.Note(receipt.TreeSize!.Value));

    private static string Count(string folder) => GitWorld.Run(folder, "rev-list", "--count", GitWorld.Branch);

    private static JsonValue? Find(JsonObject proof, string member) =>
        member.Split('/') is [var list, var index]
            ? (JsonValue?)proof[list]![int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)]
            : (JsonValue?)proof[member];

    private static string Describe(Witness witness) =>
        string.Join("; ", witness.Checks.Select(static check => $"{check.Name} {check.Outcome} {check.Detail}"));

    // Everything of the work in progress: files, index, HEAD, branch.
    private static string Look(string clone) =>
        GitWorld.Run(clone, "status", "--porcelain=v2", "--branch")
        + GitWorld.Run(clone, "ls-files", "--stage")
        + GitWorld.Run(clone, "rev-parse", "HEAD", "work")
        + Convert.ToHexString(File.ReadAllBytes(Path.Combine(clone, ".git", "HEAD")));
}
