using Hallmark.Anchors.Git;
using Hallmark.Anchors.Tests.Git;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Faults;

/// <summary>A Git host that fails over HTTP, where git itself does the asking: nothing is committed, the receipt stays prepared, and the checkpoint goes once the host is well.</summary>
public sealed class GitFaultTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly GitWorld _world = new();
    private readonly TestClock _unused = new(runs: false);

    public void Dispose() => _world.Dispose();

    [PeerTheory("git")]
    [InlineData(HttpFault.Down, "Failed to connect")]
    [InlineData(HttpFault.BrokenTls, "certificate")]
    [InlineData(HttpFault.Garbage, "does not take the checkpoint")]
    [InlineData(HttpFault.ServerError, "503")]
    [InlineData(HttpFault.TooManyRequests, "429")]
    [InlineData(HttpFault.Redirect, "error: 307")]
    public async Task A_host_that_fails_gets_nothing_and_the_checkpoint_goes_once_it_is_well(HttpFault fault, string told)
    {
        await using var place = await FaultyPlace.StartAsync(fault, _unused);
        await AssertNothingHappensAsync(place.Address, told);
        Assert.Empty(place.Elsewhere.Asked);
    }

    [PeerTheory("git")]
    [InlineData(HttpFault.Down)]
    [InlineData(HttpFault.BrokenTls)]
    [InlineData(HttpFault.Garbage)]
    [InlineData(HttpFault.ServerError)]
    [InlineData(HttpFault.TooManyRequests)]
    [InlineData(HttpFault.Redirect)]
    public async Task A_host_that_fails_while_a_receipt_is_held_against_it_refutes_nothing(HttpFault fault)
    {
        await using var place = await FaultyPlace.StartAsync(fault, _unused);
        var receipt = await GitWorld.SubmitAsync(_world.Anchor(_world.Clone("a"), "origin"), GitWorld.Submission(41));
        var remote = place.Address + "/checkpoints.git";
        var witness = await new GitReceiptVerifier(
            new GitTrust
            {
                Remote = remote,
                Branch = GitWorld.Branch,
                AllowPlainHttp = true,
            }
        ).VerifyLiveAsync(receipt with { Network = remote }, GitWorld.Submission(41).Content, None);
        Assert.Equal((false, false), (witness.Holds, witness.IsRefuted));
        Assert.Contains(witness.Checks, check => check is { Outcome: CheckOutcome.NotRun, Reason: "unreachable" });
        Assert.Empty(place.Elsewhere.Asked);
    }

    [PeerFact("git")]
    public async Task A_host_that_never_answers_is_left_when_the_time_is_up()
    {
        await using var server = await LoopbackServer.StartAsync(static context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await AssertNothingHappensAsync(server.Address, "did not finish within 1 s", TimeSpan.FromSeconds(1));
    }

    [PeerFact("git")]
    public async Task A_host_whose_answer_never_ends_is_left_when_the_time_is_up()
    {
        await using var server = await LoopbackServer.StartAsync(static async context =>
        {
            context.Response.ContentType = "application/x-git-upload-pack-advertisement";
            await context.Response.Body.WriteAsync(new byte[1 << 16], context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await AssertNothingHappensAsync(server.Address, "did not finish within 1 s", TimeSpan.FromSeconds(1));
    }

    private async Task AssertNothingHappensAsync(string address, string told, TimeSpan? limit = null)
    {
        var clone = _world.Clone("a");
        var receipts = new MemoryReceipts();
        var anchor = Anchor(clone, address + "/checkpoints.git", limit);
        var refusal = await Assert.ThrowsAsync<AnchorUnavailableException>(() => HandleAsync(anchor, receipts));
        Assert.True(refusal.Message.Contains(told, StringComparison.Ordinal), refusal.Message);
        Assert.Equal(3, refusal.ExitCode);
        Assert.Equal(ReceiptState.Prepared, Assert.Single(receipts.All).State);
        Assert.Equal("", GitWorld.Run(clone, "branch", "--list", GitWorld.Branch));

        // To git a page that has nothing to do with it is an empty repository: only the push shows that it is none.
        Assert.Equal(told.StartsWith("does not take", StringComparison.Ordinal), (await anchor.ReadStatusAsync(None)).IsReachable);

        await HandleAsync(Anchor(clone, _world.Remote), receipts);
        Assert.Equal(Assert.Single(receipts.All).Reference, GitWorld.Run(_world.Remote, "rev-parse", GitWorld.Branch));
    }

    private static Task HandleAsync(IAnchor anchor, MemoryReceipts receipts) =>
        new AnchorWorkHandler(anchor, receipts, AnchorSchedule.EveryCheckpoint, TimeProvider.System).HandleAsync(
            AnchorWork.Describe(anchor.Name, GitWorld.Submission(41)),
            None
        );

    private GitCheckpointAnchor Anchor(string folder, string remote, TimeSpan? limit = null) =>
        new(
            new GitAnchorOptions
            {
                Name = "git",
                Folder = folder,
                Branch = GitWorld.Branch,
                Remote = remote,
                AllowPlainHttp = true,
                Timeout = limit ?? TimeSpan.FromMinutes(2),
            },
            _world.Clock
        );
}
