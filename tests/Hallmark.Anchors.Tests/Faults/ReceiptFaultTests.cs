using Hallmark.Anchors.CheckpointFile;
using Hallmark.Anchors.Tests.Git;
using Hallmark.Anchors.Tests.TimeStampAuthority;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Faults;

/// <summary>The faults of this machine, for every kind of anchor: no room for the receipt, before the send and after it, and a clock that jumps between two steps.</summary>
public sealed class ReceiptFaultTests(OpenSslAuthority authority) : IClassFixture<OpenSslAuthority>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GitWorld _git = new();

    public void Dispose()
    {
        _folder.Dispose();
        _git.Dispose();
    }

    [PeerTheory("openssl", "git")]
    [InlineData("bundler")]
    [InlineData("calendar")]
    [InlineData("authority")]
    [InlineData("folder")]
    [InlineData("repository")]
    public async Task Without_room_for_its_receipt_nothing_is_sent_and_what_was_sent_is_the_same_the_second_time(string part)
    {
        await using var scene = await HttpAnchorScene.StartAsync(authority, part);
        Task HandleAsync(IReceiptStore receipts) =>
            new AnchorWorkHandler(Anchor(scene, part), receipts, AnchorSchedule.EveryCheckpoint, scene.Time).HandleAsync(
                AnchorWork.Describe("witness", HttpAnchorScene.Submission),
                CancellationToken.None
            );

        await Assert.ThrowsAsync<UnavailableException>(() => HandleAsync(new RefusingReceipts(scene.Receipts, writesLeft: 0)));
        Assert.Empty(scene.Receipts.All);
        Assert.Equal(0, Taken(scene));

        await Assert.ThrowsAsync<UnavailableException>(() => HandleAsync(new RefusingReceipts(scene.Receipts, writesLeft: 1)));
        var prepared = Assert.Single(scene.Receipts.All);
        Assert.Equal(ReceiptState.Prepared, prepared.State);

        await HandleAsync(scene.Receipts);
        var kept = Assert.Single(scene.Receipts.All);
        Assert.NotEqual(ReceiptState.Prepared, kept.State);
        Assert.Equal(prepared.PreparedAt, kept.PreparedAt);
        if (part is "authority" or "calendar")
        {
            // Asked twice, with the same bytes: a second token or promise for the same digest costs nobody anything.
            Assert.Equal((string?)prepared.Proof["request"], (string?)kept.Proof["request"]);
            Assert.True(scene.Calendar.Posted.Distinct(ByteComparer.Instance).Count() <= 1);
        }
        else
        {
            Assert.Equal(1, Taken(scene));
        }
    }

    [PeerTheory("openssl", "git")]
    [InlineData("calendar", -400)]
    [InlineData("calendar", 400)]
    [InlineData("authority", -400)]
    [InlineData("authority", 400)]
    [InlineData("folder", -400)]
    [InlineData("folder", 400)]
    [InlineData("repository", -400)]
    [InlineData("repository", 400)]
    public async Task A_clock_that_jumped_between_preparing_and_sending_loses_nothing_and_sends_nothing_twice(string part, int days)
    {
        await using var scene = await HttpAnchorScene.StartAsync(authority, part);
        var anchor = Anchor(scene, part);
        var prepared = await anchor.PrepareAsync(HttpAnchorScene.Submission, CancellationToken.None);
        await scene.Receipts.PutAsync(prepared with { PreparedAt = prepared.PreparedAt.AddDays(-days) }, CancellationToken.None);

        await scene.HandleAsync(anchor);
        var sent = Assert.Single(scene.Receipts.All);
        if (part is "calendar")
        {
            Assert.Equal(ReceiptState.Submitted, sent.State);
            await scene.ProveAsync(sent);
            var jumped = sent with { SubmittedAt = sent.SubmittedAt?.AddDays(-days), RefreshAfter = sent.RefreshAfter?.AddDays(-days) };
            await scene.Receipts.PutAsync(jumped, CancellationToken.None);
            await scene.HandleAsync(anchor);
            sent = Assert.Single(scene.Receipts.All);
            Assert.Single(scene.Calendar.Posted);
        }

        Assert.Equal(ReceiptState.Final, sent.State);
        Assert.True(part is "calendar" or "authority" || Taken(scene) == 1);
    }

    private IAnchor Anchor(HttpAnchorScene scene, string part) =>
        part switch
        {
            "folder" => new CheckpointFileAnchor("witness", _folder.Path, scene.Time),
            "repository" => _git.Anchor(_git.Remote, name: "witness"),
            _ => scene.Anchor(part),
        };

    // Of the two that count once for good: items taken, files written, commits on the branch.
    private int Taken(HttpAnchorScene scene) =>
        scene.Bundler.Uploads.Values.Sum()
        + scene.Calendar.Posted.Count
        + Directory.GetFiles(_folder.Path).Length
        + GitWorld.Run(_git.Remote, "rev-list", "--all").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
