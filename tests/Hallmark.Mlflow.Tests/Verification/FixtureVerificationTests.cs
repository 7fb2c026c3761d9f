using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Every run that real MLflow servers recorded: anchored and verified on a copy of each store; then one change at a time, each named by the verdict.</summary>
public sealed class FixtureVerificationTests
{
    private static readonly TrainingOptions Anyhow = new() { AllowEmptyDatasetInputs = true };

    public static TheoryData<string> Fixtures => FixtureStore.All;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Every_recorded_run_is_anchored_and_then_verifies(string fixture)
    {
        using var files = new FixtureStore(fixture);
        await using var store = files.Open();
        var (log, clock) = (new MemoryEventLog(), new ScriptedClock());
        foreach (var (name, runId) in files.Ids.Runs)
        {
            await AnchorAsync(files, store, log, clock, runId);
            var verdict = await VerifyAsync(store, log, runId);
            Assert.True(verdict.Status is VerdictStatus.Verified, $"{name}: {Show(verdict)}");
            Assert.Contains("no outside witness yet", verdict.Notes);

            // An auditor who has the store and no ledger of ours verifies it too; the deleted run has its proof in the ledger only.
            var elsewhere = await VerifyAsync(store, null, runId);
            Assert.True(
                elsewhere.Status == (name == "deleted" ? VerdictStatus.Failed : VerdictStatus.Verified),
                $"{name} without ledger: {Show(elsewhere)}"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_changed_param_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            (files, _, run) => files.ChangeParam(run.RunId, run.Params.Keys.Order().First(), "tampered"),
            CheckNames.LiveRun,
            run => "params." + run.Params.Keys.Order().First()
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_changed_metric_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            (files, _, run) => files.ChangeLatestMetric(run.RunId, Metric(run)),
            CheckNames.LiveRun,
            run => "metrics." + Metric(run)
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_metric_point_logged_later_at_an_earlier_step_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            (files, _, run) => files.AddEarlyPoint(run.RunId, Metric(run)),
            CheckNames.LiveRun,
            run => "metric_history." + Metric(run)
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_changed_recorded_tag_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            async (_, store, run) => await store.SetRunTagAsync(run.RunId, "mlflow.source.name", "/other/train.py", default),
            CheckNames.LiveRun,
            _ => "source_name"
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_changed_dataset_digest_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            (files, _, run) => files.ChangeDatasetDigest(run.DatasetInputs[0].Digest, "deadbeef"),
            CheckNames.LiveRun,
            _ => "digest"
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_changed_byte_of_the_model_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            async (_, store, run) => FixtureStore.FlipBit(await ModelFileAsync(store, run)),
            CheckNames.Artifacts,
            _ => "model.pkl"
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_changed_byte_of_the_record_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            (_, store, run) => FixtureStore.FlipBit(Path.Combine(store.OpenArtifacts(run.ArtifactUri).LocalRoot!, "ario/payload.json")),
            CheckNames.Record,
            _ => ""
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_changed_byte_of_the_envelope_is_named(string fixture) =>
        await AssertNamedAsync(
            fixture,
            (_, store, run) => FixtureStore.FlipBit(Path.Combine(store.OpenArtifacts(run.ArtifactUri).LocalRoot!, "ario/proof.json")),
            CheckNames.Ledger,
            _ => ""
        );

    private static string Metric(MlflowRun run) =>
        run
            .Metrics.Where(metric => double.IsFinite(metric.Value.Value) && Math.Abs(metric.Value.Value) < 1000)
            .Select(metric => metric.Key)
            .Where(key => !key.Contains('/') && !key.Contains(' '))
            .Order(StringComparer.Ordinal)
            .First();

    private static Task AssertNamedAsync(
        string fixture,
        Action<FixtureStore, IMlflowStore, MlflowRun> change,
        string check,
        Func<MlflowRun, string> what
    ) =>
        AssertNamedAsync(
            fixture,
            (files, store, run) =>
            {
                change(files, store, run);
                return Task.CompletedTask;
            },
            check,
            what
        );

    private static async Task AssertNamedAsync(
        string fixture,
        Func<FixtureStore, IMlflowStore, MlflowRun, Task> change,
        string check,
        Func<MlflowRun, string> what
    )
    {
        using var files = new FixtureStore(fixture);
        var (log, clock) = (new MemoryEventLog(), new ScriptedClock());
        var runId = files.Ids.Run("tuned");
        MlflowRun run;
        await using (var store = files.Open())
        {
            await AnchorAsync(files, store, log, clock, runId);
            run = (await store.FindRunAsync(runId, default))!;
            Assert.Equal(VerdictStatus.Verified, (await VerifyAsync(store, log, runId)).Status);
            await change(files, store, run);
        }

        await using var changed = files.Open();
        var verdict = await VerifyAsync(changed, log, runId);
        Assert.True(verdict.ExitCode == 1, Show(verdict));
        var failed = verdict.Checks.Single(candidate => candidate.Name == check);
        Assert.True(failed.Outcome is CheckOutcome.Failed, Show(verdict));
        if (what(run) is { Length: > 0 } name)
        {
            Assert.Contains(failed.Differences, difference => difference.What.Contains(name, StringComparison.Ordinal));
        }
    }

    private static async Task<string> ModelFileAsync(IMlflowStore store, MlflowRun run)
    {
        var models = await RunArtifacts.ListLoggedModelsAsync(store, run, default);
        var root = store.OpenArtifacts(models.Count > 0 ? models[0].ArtifactUri : run.ArtifactUri).LocalRoot!;
        return Directory.EnumerateFiles(root, "model.pkl", SearchOption.AllDirectories).First();
    }

    private static async Task AnchorAsync(FixtureStore files, IMlflowStore store, MemoryEventLog log, ScriptedClock clock, string runId)
    {
        var recorder = new MlflowEventRecorder(store, TestSigner.First, log, clock, clock, new RecorderOptions());
        await recorder.RecordTrainingAsync(runId, Anyhow, default);
        await log.DrainAsync(new MlflowWriteBackHandler((_, _) => Task.FromResult(files.Open())));
        Assert.Empty(log.Outbox);
    }

    private static Task<Verdict> VerifyAsync(IMlflowStore store, MemoryEventLog? log, string runId) =>
        new RunVerifier(new VerificationScope { Store = store, Log = log }).VerifyAsync(runId, default);

    private static string Show(Verdict verdict) =>
        string.Join(
            "\n",
            verdict.Checks.Select(check =>
                $"{check.Name} {check.Outcome} {check.Reason} {check.Detail} {string.Join("; ", check.Differences)}"
            )
        );
}
