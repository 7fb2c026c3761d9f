using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Home.Settings;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>Which envelopes are handed to anchors by themselves.</summary>
public sealed class AnchoringLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MovableClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Many_appended_together_get_the_anchors_work_each_but_not_those_that_go_with_checkpoints_only()
    {
        await using var session = Open();
        var log = await session.PrepareLedgerAsync(CancellationToken.None);
        var sealer = new EventSealer(session.OpenSigner(), "dev");
        var alone = Seal(sealer);
        var mail = new OutboxWork("mail", "x"u8.ToArray());
        var outcomes = await log.AppendAllAsync(
            [alone, Seal(sealer) with { IsCheckpointedOnly = true }, Seal(sealer) with { IsCheckpointedOnly = true, Work = [mail] }],
            CancellationToken.None
        );
        Assert.All(outcomes, outcome => Assert.True(outcome.IsLogged));
        await log.AppendAsync(Seal(sealer), CancellationToken.None);

        var outbox = session.FindLedger()!.Outbox;
        Assert.True(await outbox.HasWorkAsync(AnchorWork.KindOf("each"), 0, CancellationToken.None));
        Assert.False(await outbox.HasWorkAsync(AnchorWork.KindOf("each"), 1, CancellationToken.None));
        Assert.False(await outbox.HasWorkAsync(AnchorWork.KindOf("each"), 2, CancellationToken.None));
        Assert.True(await outbox.HasWorkAsync(mail.Kind, 2, CancellationToken.None));
        Assert.True(await outbox.HasWorkAsync(AnchorWork.KindOf("each"), 3, CancellationToken.None));
    }

    [Fact]
    public async Task A_ledger_that_many_threads_append_to_first_is_made_once()
    {
        await using var session = Open();
        var log = await session.PrepareLedgerAsync(CancellationToken.None);
        var sealer = new EventSealer(session.OpenSigner(), "dev");
        Assert.False(session.HasLedger);
        var batches = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => log.AppendAllAsync([Seal(sealer), Seal(sealer)], CancellationToken.None)))
        );
        Assert.Equal(
            Enumerable.Range(0, 32).Select(i => (long)i),
            batches.SelectMany(batch => batch).Select(outcome => outcome.Entry!.Index).Order()
        );
    }

    private static EventSubmission Seal(EventSealer sealer) =>
        sealer.Seal(new RandomEventIds().Next(), "{}"u8.ToArray(), DateTimeOffset.UnixEpoch);

    private Session Open() =>
        new(
            new SessionOptions
            {
                Home = HomeFolder.Find(_folder.File("home"), new Dictionary<string, string>()),
                Settings = new HallmarkSettings
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
                },
                Environment = new Dictionary<string, string> { ["HOME"] = _folder.Path },
                Time = _clock,
            }
        );
}
