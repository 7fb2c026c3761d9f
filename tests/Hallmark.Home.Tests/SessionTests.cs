using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Home.Settings;
using Hallmark.Ledger.Verification;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

public sealed class SessionTests : IDisposable
{
    private const string Run = "881f3dedcc6846dab35f536d068c2583";
    private readonly TemporaryFolder _folder = new();
    private readonly MovableClock _clock = new();

    private string Home => Path.Combine(_folder.Path, "home");

    private string Store => Path.Combine(_folder.Path, "mlruns");

    private string Vault => Path.Combine(_folder.Path, "vault");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Looking_makes_nothing()
    {
        await using var session = Open();
        Assert.Null(session.FindLedger());
        Assert.False(session.HasLedger);
        _ = session.PrepareSigner();
        _ = await session.PrepareLedgerAsync(CancellationToken.None);
        Assert.False(Directory.Exists(Home));
    }

    [Fact]
    public async Task The_key_is_made_once_and_the_one_that_is_there_is_kept()
    {
        string first;
        await using (var session = Open())
        {
            var signer = session.OpenSigner();
            first = signer.PublicKey.Hex;
            Assert.True(signer.IsNew);
            Assert.Same(signer, session.OpenSigner());
        }

        await using (var again = Open())
        {
            Assert.Equal(first, again.PrepareSigner().PublicKey.Hex);
            Assert.False(again.OpenSigner().IsNew);
        }
    }

    [Fact]
    public async Task A_damaged_key_is_an_error_and_never_replaced()
    {
        await using (var session = Open())
        {
            session.OpenSigner();
        }

        var file = Directory.GetFiles(Path.Combine(Home, "keys"), "*private*").Single();
        await File.WriteAllTextAsync(file, "{}");
        await using var again = Open();
        Assert.Throws<Keys.KeyException>(() => again.OpenSigner());
        Assert.Throws<Keys.KeyException>(() => again.PrepareSigner());
        Assert.Equal("{}", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task The_deferred_ledger_reads_as_empty_until_the_first_append_and_then_as_what_it_holds()
    {
        _folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        await using var session = Open();
        var log = await session.PrepareLedgerAsync(CancellationToken.None);
        Assert.Empty(await log.FindBySubjectAsync("run:" + Run, CancellationToken.None));
        var recorded = await Recorder(session, log).RecordTrainingAsync(Run, new TrainingOptions(), CancellationToken.None);
        var found = await log.FindByEventIdAsync(recorded.Training.Event.EventId, CancellationToken.None);
        Assert.Equal(recorded.Entry.Index, found?.Index);
        Assert.Equal(recorded.Training.Event.PublicKeyHex, session.OpenSigner().PublicKey.Hex);
    }

    [Fact]
    public async Task A_store_that_is_gone_when_tags_and_files_are_written_back_loses_nothing()
    {
        _folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        string eventId;
        await using (var session = Open())
        {
            var ledger = await session.OpenLedgerAsync(CancellationToken.None);
            var recorded = await Recorder(session, ledger).RecordTrainingAsync(Run, new TrainingOptions(), CancellationToken.None);
            eventId = recorded.Training.Event.EventId;
            Directory.Move(Store, Store + ".away");
            var report = await session.DrainOutboxAsync(CancellationToken.None);
            Assert.Equal(1, report.ToDo);
            Assert.Equal(0, report.Buried);
            Assert.NotNull(report.LastError);
            Assert.Contains("hallmark outbox drain", report.Describe(), StringComparison.Ordinal);
        }

        Directory.Move(Store + ".away", Store);
        Assert.False(File.Exists(ProofFile));
        _clock.Move(TimeSpan.FromHours(1));
        await using (var later = Open())
        {
            var report = await later.DrainOutboxAsync(CancellationToken.None);
            Assert.Equal((1, 0L), (report.Done, report.ToDo));
            Assert.Equal("all done", report.Describe());
            Assert.Equal(eventId, (string?)JsonNode.Parse(await File.ReadAllTextAsync(ProofFile))!["event_id"]);
            var run = await later.OpenStore().FindRunAsync(Run, CancellationToken.None);
            Assert.Equal("signed", run!.Tags[ArioTags.VerifyStatus]);
        }

        Assert.True((await LedgerVerifier.VerifyAsync(Path.Combine(Home, "ledger"), progress: null, CancellationToken.None)).IsVerified);
    }

    [Fact]
    public async Task Checkpoints_reach_a_reachable_anchor_at_once_and_an_unreachable_one_when_it_is_back()
    {
        Directory.CreateDirectory(Vault);
        var settings = new HallmarkSettings
        {
            Anchors =
            [
                new CheckpointFileSettings { Name = "vault", Folder = Vault },
                new CheckpointFileSettings { Name = "far", Folder = Vault + ".far" },
            ],
        };
        await using (var session = Open(settings))
        {
            await AppendAsync(session, "one");
            var report = await session.DrainOutboxAsync(CancellationToken.None);
            Assert.Equal((1, 1L), (report.Done, report.ToDo));
            Assert.Contains("far", report.LastError, StringComparison.Ordinal);
            var latest = await session.FindLedger()!.FindLatestCheckpointAsync(CancellationToken.None);
            Assert.Equal(latest!.Note.ToArray(), await File.ReadAllBytesAsync(Path.Combine(Vault, "checkpoint-000000000001.txt")));
        }

        _clock.Move(TimeSpan.FromHours(1));
        await using (var session = Open(settings))
        {
            await AppendAsync(session, "two");
            Assert.Equal(2, (await session.DrainOutboxAsync(CancellationToken.None)).ToDo);
        }

        Directory.CreateDirectory(Vault + ".far");
        _clock.Move(TimeSpan.FromHours(3));
        await using (var session = Open(settings))
        {
            Assert.Equal(0, (await session.DrainOutboxAsync(CancellationToken.None)).ToDo);
        }

        foreach (var file in Directory.GetFiles(Vault))
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(file),
                await File.ReadAllBytesAsync(Path.Combine(Vault + ".far", Path.GetFileName(file)))
            );
        }

        Assert.Equal(2, Directory.GetFiles(Vault).Length);
    }

    [Fact]
    public async Task An_anchor_that_was_taken_out_of_the_settings_keeps_its_work_waiting()
    {
        await using (var session = Open(new HallmarkSettings { Anchors = [new CheckpointFileSettings { Name = "far", Folder = Vault }] }))
        {
            await AppendAsync(session, "one");
            Assert.Equal(1, (await session.DrainOutboxAsync(CancellationToken.None)).ToDo);
        }

        _clock.Move(TimeSpan.FromHours(1));
        await using var without = Open();
        var report = await without.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal(1, report.ToDo + report.GivenUp);
        Assert.Contains("far", report.LastError, StringComparison.Ordinal);
    }

    private string ProofFile => Path.Combine(Store, "885861831355896768", Run, "artifacts/ario/proof.json");

    private async Task AppendAsync(Session session, string content)
    {
        var file = _folder.File(content);
        await File.WriteAllTextAsync(file, content);
        var facts = await ContentReading.ReadAsync(file, null, false, null, CancellationToken.None);
        await new ContentRecorder(
            session.OpenSigner(),
            await session.OpenLedgerAsync(CancellationToken.None),
            new RandomEventIds(),
            _clock
        ).RecordAsync(facts, new RecordOptions(), CancellationToken.None);
    }

    private MlflowEventRecorder Recorder(Session session, IEventLog log) =>
        new(
            session.OpenStore(),
            session.PrepareSigner(),
            log,
            new RandomEventIds(),
            _clock,
            new RecorderOptions { BeforeChange = session.OpenLedgerAsync }
        );

    private Session Open(HallmarkSettings? settings = null) =>
        new(
            new SessionOptions
            {
                Home = HomeFolder.Find(Home, new Dictionary<string, string>()),
                Settings = settings ?? new HallmarkSettings(),
                Environment = new Dictionary<string, string> { ["HOME"] = _folder.Path },
                Time = _clock,
                TrackingUri = Store,
                Relocations = ["/srv/mlflow/mlruns=" + Store],
            }
        );
}
