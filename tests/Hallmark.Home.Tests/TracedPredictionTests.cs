using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Home.Settings;
using Hallmark.Inference.Predictions;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>From a prediction with a trace to the verdict on that trace: the log of predictions, the ledger, the outbox, and a store that a real MLflow 3.6 wrote.</summary>
public sealed class TracedPredictionTests : IDisposable
{
    private const string Run = "881f3dedcc6846dab35f536d068c2583";
    private const string TraceId = "tr-6b9781eb3049049238723b0c962e659e";
    private readonly HomeScene _scene = new();

    public TracedPredictionTests() => _scene.Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");

    public void Dispose() => _scene.Dispose();

    private string Store => Path.Combine(_scene.Folder.Path, "mlruns");

    private HallmarkSettings Settings => new() { TrackingUri = Store, Relocations = ["/srv/mlflow/mlruns=" + Store] };

    [Theory]
    [InlineData(PredictionMode.Direct)]
    [InlineData(PredictionMode.Batched)]
    public async Task A_prediction_with_a_trace_is_written_back_by_the_next_drain_and_its_trace_verifies(PredictionMode mode)
    {
        await using var session = _scene.Open(Settings);
        await PredictAsync(session, mode, TraceId);
        Assert.Null((await TraceAsync(session)).Tags.GetValueOrDefault(ArioTags.PayloadJson));

        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((1, 0L, 0), (report.Done, report.ToDo, report.Buried));
        await AssertVerifiesAsync(session, withLedger: true);
        await AssertVerifiesAsync(session, withLedger: false);
    }

    [Fact]
    public async Task With_the_store_away_the_prediction_is_logged_and_what_it_leaves_waits()
    {
        await using (var session = _scene.Open(Settings))
        {
            _ = session.OpenStore();
            Directory.Move(Store, Store + ".away");
            await PredictAsync(session, PredictionMode.Batched, TraceId);
            Assert.Equal(1, (await session.DrainOutboxAsync(CancellationToken.None)).ToDo);
            Directory.Move(Store + ".away", Store);
        }

        _scene.Clock.Move(TimeSpan.FromHours(1));
        await using var later = _scene.Open(Settings);
        Assert.Equal((1, 0L), ((await later.DrainOutboxAsync(CancellationToken.None)).Done, 0L));
        await AssertVerifiesAsync(later, withLedger: true);
    }

    [Fact]
    public async Task Where_no_store_was_named_nothing_waits_for_one()
    {
        await using var session = _scene.Open();
        await PredictAsync(session, PredictionMode.Direct, TraceId);
        Assert.Equal(0, (await session.DrainOutboxAsync(CancellationToken.None)).ToDo);
    }

    [Fact]
    public async Task A_batched_prediction_without_a_trace_leaves_nothing_and_a_direct_one_its_files()
    {
        await using var session = _scene.Open(Settings);
        await PredictAsync(session, PredictionMode.Batched, traceId: null);
        Assert.Equal(0, (await session.DrainOutboxAsync(CancellationToken.None)).Done);
        var decision = await PredictAsync(session, PredictionMode.Direct, traceId: null);
        Assert.Equal(1, (await session.DrainOutboxAsync(CancellationToken.None)).Done);
        var folder = Path.Combine(Store, "885861831355896768", Run, "artifacts", "ario", "predictions", decision);
        Assert.Equal(["payload.json", "proof.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    /// <summary>The last of a batch carries the work of all, and a decision id that was given before is refused.</summary>
    [Fact]
    public async Task Where_the_last_of_a_batch_is_refused_the_write_back_of_the_others_is_in_the_outbox_when_the_batch_is_answered()
    {
        var taken = "";
        await using (var first = _scene.Open(Settings))
        {
            taken = await PredictAsync(first, PredictionMode.Direct, traceId: null);
            Assert.Equal(1, (await first.DrainOutboxAsync(CancellationToken.None)).Done);
        }

        var decision = new RandomEventIds().Next();
        await using (var session = _scene.Open(Settings))
        {
            var preparation = new PredictionPreparation(session.OpenSigner(), new RandomEventIds(), _scene.Clock);
            var ledger = await session.PrepareLedgerAsync(CancellationToken.None);
            var outcomes = await ledger.AppendAllAsync(
                [
                    preparation.Prepare(FactsOf(decision), null, new RecordOptions { MlflowTraceId = TraceId }, decision).ToSubmission([]),
                    preparation.Prepare(FactsOf(taken), null, new RecordOptions { MlflowTraceId = TraceId }, taken).ToSubmission([]),
                ],
                CancellationToken.None
            );
            Assert.Equal([true, false], outcomes.Select(outcome => outcome.IsLogged));
        }

        await using var next = _scene.Open(Settings);
        Assert.Equal(1, (await next.DrainOutboxAsync(CancellationToken.None)).Done);
        Assert.Equal(decision, (await TraceAsync(next)).Tags[ArioTags.DecisionId]);
    }

    private async Task<string> PredictAsync(Session session, PredictionMode mode, string? traceId)
    {
        var decision = new RandomEventIds().Next();
        var ledger = await session.PrepareLedgerAsync(CancellationToken.None);
        await using var log = new LedgerPredictionLog(
            ledger,
            session.OpenSigner(),
            _scene.Clock,
            new PredictionLogOptions { Mode = mode, SealingThreads = 1 }
        );
        using var place = await log.ReserveAsync(CancellationToken.None);
        var ticket = place.Record(FactsOf(decision), null, new RecordOptions { MlflowTraceId = traceId });
        await ticket.Logged;
        return decision;
    }

    private static PredictionFacts FactsOf(string decision) =>
        new()
        {
            DecisionId = decision,
            ModelName = "iris-classifier",
            ModelVersion = "2",
            RunId = Run,
            ModelUri = "models:/iris-classifier/2",
            InputHash = new string('1', 64),
            OutputHash = new string('2', 64),
            LatencyInMilliseconds = 0.5,
            ArtifactVerified = true,
        };

    private static async Task<Trace> TraceAsync(Session session) =>
        (await session.OpenStore().FindTraceAsync(TraceId, CancellationToken.None))!;

    private static async Task AssertVerifiesAsync(Session session, bool withLedger)
    {
        var scope = new VerificationScope { Store = session.OpenStore(), Log = withLedger ? session.FindLedger() : null };
        var verdict = await new TraceVerifier(scope).VerifyAsync(TraceId, null, CancellationToken.None);
        Assert.True(
            verdict.Status is VerdictStatus.Verified,
            string.Join('\n', verdict.Checks.Select(check => $"{check.Name} {check.Outcome} {check.Reason} {check.Detail}"))
        );
    }
}
