using System.Collections.Concurrent;
using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Home.Settings;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>Work that waits for uploads: an event of a time before the anchor was set up is uploaded with the first that needs it, and nothing is given up when the anchor goes.</summary>
public sealed class UploadWorkTests : IDisposable
{
    private static readonly HallmarkSettings Uploading = new()
    {
        Anchors =
        [
            new ArweaveSettings
            {
                Name = "each",
                Target = AnchorTarget.Envelope,
                Upload = new Uri("https://upload.example"),
                Network = "testnet",
            },
        ],
    };

    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task An_event_of_before_the_anchor_is_uploaded_with_the_first_one_that_waits_for_it()
    {
        LoggedEntry earlier;
        await using (var session = _scene.Open())
        {
            earlier = await _scene.RecordAsync(session, "dataset");
        }

        await using var later = _scene.Open(Uploading, isOffline: true);
        var training = await AppendAsync(later, earlier.EventId);
        var expected = new[] { training, earlier }.Select(entry => Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span).Hex);
        Assert.Equal(expected.Order(StringComparer.Ordinal), (await UploadsAsync(later)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_event_that_is_on_its_way_already_is_not_uploaded_once_more()
    {
        await using var session = _scene.Open(Uploading, isOffline: true);
        var dataset = await _scene.RecordAsync(session, "dataset");
        await AppendAsync(session, dataset.EventId);
        Assert.Equal(2, (await UploadsAsync(session)).Count);
    }

    [Fact]
    public async Task An_event_that_the_ledger_does_not_hold_adds_no_work()
    {
        await using var session = _scene.Open(Uploading, isOffline: true);
        await AppendAsync(session, "01900000-0000-7000-8000-000000000000");
        Assert.Single(await UploadsAsync(session));
    }

    [Fact]
    public async Task Where_the_uploading_anchor_left_the_settings_what_waits_for_its_uploads_stays_and_says_so()
    {
        await using (var session = _scene.Open(Uploading, isOffline: true))
        {
            var dataset = await _scene.RecordAsync(session, "dataset");
            await AppendAsync(session, dataset.EventId);
        }

        await using var without = _scene.Open(isOffline: true);
        var steps = new ConcurrentQueue<OutboxStep>();
        var report = await without.DrainOutboxAsync(steps.Enqueue, Timeout.InfiniteTimeSpan, CancellationToken.None);
        Assert.Equal((3L, 0L, 0), (report.ToDo, report.GivenUp, report.Done));
        var waiting = Assert.Single(steps, step => UploadWriteBack.IsKind(step.Work.Kind));
        var failure = Assert.IsType<AnchorUnavailableException>(waiting.Failure);
        Assert.Equal("the anchor \"each\" that uploads is no longer in the settings", failure.Message);
        Assert.Equal(["put it back into hallmark.json, with \"anchors\": \"envelope\""], failure.Hints);
    }

    [Fact]
    public async Task Without_a_ledger_there_are_no_receipts()
    {
        var receipts = new DeferredReceipts(() => null);
        var digest = Digest.Compute(DigestAlgorithm.Sha256, "x"u8);
        Assert.Null(await receipts.FindAsync(digest, "a", CancellationToken.None));
        Assert.Null(await receipts.FindLatestAsync("a", CancellationToken.None));
        Assert.Empty(await receipts.FindAllAsync(digest, CancellationToken.None));
        Assert.Empty(await receipts.FindCoveringAsync(0, 10, CancellationToken.None));
        Assert.Empty(await receipts.ListAsync(null, null, 10, CancellationToken.None));
    }

    /// <summary>A machine that only verifies has no wallet and needs none, and asks nobody that it is not told to ask.</summary>
    [Fact]
    public async Task What_checks_the_receipts_of_each_world_is_made_without_a_wallet_and_without_asking()
    {
        await using var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        var address = new Uri(server.Address);
        var settings = new HallmarkSettings
        {
            Anchors =
            [
                _scene.VaultAnchor("vault"),
                new GitCheckpointSettings
                {
                    Name = "git",
                    Branch = "log",
                    Remote = server.Address,
                },
                new ArweaveSettings
                {
                    Name = "weave",
                    Upload = address,
                    Gateways = [server.Address],
                    Network = "testnet",
                },
                new OpenTimestampsSettings
                {
                    Name = "ots",
                    Calendars = [address],
                    MinCalendars = 1,
                    Bitcoin = new BitcoinSettings(null, null, null, address),
                },
            ],
        };
        await using var session = _scene.Open(settings);
        Assert.Equal(
            ["checkpoint-file", "git", "arweave", "opentimestamps"],
            session.Anchors.Select(anchor => anchor.OpenVerifier().World)
        );
        Assert.Empty(server.Asked);
        Assert.False(Directory.Exists(_scene.Home.Path));
    }

    /// <summary>A repository to verify with only, on a machine that never records.</summary>
    [Fact]
    public async Task A_Git_anchor_without_a_repository_verifies_and_takes_nothing()
    {
        var settings = new HallmarkSettings
        {
            Anchors =
            [
                new GitCheckpointSettings
                {
                    Name = "git",
                    Branch = "log",
                    Remote = "https://git.example/log.git",
                },
            ],
        };
        await using var session = _scene.Open(settings);
        var failure = Assert.Throws<AnchorUnavailableException>(() => session.Anchors[0].Open());
        Assert.Equal("anchor \"git\" names no repository to commit to", failure.Message);
        Assert.Equal(["name one (\"repository\"); without it receipts can be verified only"], failure.Hints);
    }

    /// <summary>A wallet file that is broken is its owner's to mend; receipts of earlier wallets are checked all the same.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    public async Task A_broken_wallet_is_no_reason_not_to_verify(string wallet)
    {
        _scene.Home.Create();
        await File.WriteAllTextAsync(Path.Combine(_scene.Home.Path, "wallet.json"), wallet);
        await using var session = _scene.Open(Uploading, isOffline: true);
        Assert.Equal("arweave", session.Anchors[0].OpenVerifier().World);
        Assert.Equal(wallet, await File.ReadAllTextAsync(Path.Combine(_scene.Home.Path, "wallet.json")));
    }

    private static async Task<IReadOnlyList<string>> UploadsAsync(Session session)
    {
        var items = await session.FindLedger()!.Outbox.FindAsync(null, AnchorWork.KindOf("each"), 10, CancellationToken.None);
        return [.. items.Select(item => AnchorWork.Read(item.Work).Digest.Hex)];
    }

    private async Task<LoggedEntry> AppendAsync(Session session, string waitsFor)
    {
        var log = await session.PrepareLedgerAsync(CancellationToken.None);
        var submission = new EventSealer(session.OpenSigner(), "dev").Seal(
            new RandomEventIds().Next(),
            "{}"u8.ToArray(),
            _scene.Clock.GetUtcNow()
        );
        return await log.AppendAsync(
            submission with
            {
                Work = [new UploadWriteBack("/store", waitsFor, "each").ToOutbox()],
            },
            CancellationToken.None
        );
    }
}
