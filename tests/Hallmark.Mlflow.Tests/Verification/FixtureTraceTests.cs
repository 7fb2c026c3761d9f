using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Tests.RestStore;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Traces that real MLflow 2.14, 2.22 and 3.6 recorded, in each kind of store and over HTTP: a prediction of each is written back and verifies, and a changed tag is named.</summary>
public sealed class FixtureTraceTests
{
    public static TheoryData<string> Fixtures => FixtureStore.All;

    public static TheoryData<string> Versions => RestStores.Versions;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_prediction_of_a_recorded_trace_is_written_back_and_verifies_in_every_store(string fixture)
    {
        using var files = new FixtureStore(fixture);
        await using var store = files.Open();
        await AssertVerifiesAsync(() => files.Open(), store, files.Ids, isCut: false);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_same_over_http_where_2_14_cuts_the_tag_and_the_work_is_done_all_the_same(string version)
    {
        await using var server = await FixtureMlflowServer.StartAsync(version);
        await using var store = RestStores.Open(server.Address);
        await AssertVerifiesAsync(() => RestStores.Open(server.Address), store, new FixtureIds(version + "/sqlite"), version == "2.14");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_trace_that_a_server_does_not_know_any_more_ends_the_work_and_not_the_outbox(string version)
    {
        await using var server = await FixtureMlflowServer.StartAsync(version);
        await using var store = RestStores.Open(server.Address);
        var ids = new FixtureIds(version + "/sqlite");
        var log = new MemoryEventLog();
        await PredictAsync(log, store, ids.Run("tuned"), "tr-" + new string('0', 32));
        var work = log.Outbox.Single();
        var result = await new PredictionWriteBackHandler(
            log,
            (_, _) => Task.FromResult<IMlflowStore>(RestStores.Open(server.Address))
        ).HandleAsync(work, default);
        Assert.Null(result.Pause);
    }

    private static async Task AssertVerifiesAsync(Func<IMlflowStore> open, IMlflowStore store, FixtureIds ids, bool isCut)
    {
        var log = new MemoryEventLog();
        var trace = ids.Traces["classify"];
        await PredictAsync(log, store, ids.Run("tuned"), trace);
        await log.DrainAsync(new PredictionWriteBackHandler(log, (_, _) => Task.FromResult(open())));
        Assert.Empty(log.Outbox);
        foreach (
            var scope in new[]
            {
                new VerificationScope { Store = store, Log = log },
                new VerificationScope { Store = store },
            }
        )
        {
            var verdict = await new TraceVerifier(scope).VerifyAsync(trace, null, default);
            Workshop.Verified(verdict);
            var live = verdict.Checks.Single(check => check.Name == CheckNames.LiveTrace);
            Assert.Equal(isCut ? CheckOutcome.NotRun : CheckOutcome.Passed, live.Outcome);
        }

        await store.SetTraceTagAsync(trace, ArioTags.OutputHash, new string('f', 64), default);
        var changed = await new TraceVerifier(new VerificationScope { Store = store, Log = log }).VerifyAsync(trace, null, default);
        Assert.Equal(ArioTags.OutputHash, Assert.Single(Workshop.Failed(changed, CheckNames.LiveTrace).Differences).What);
    }

    private static Task PredictAsync(MemoryEventLog log, IMlflowStore store, string runId, string traceId)
    {
        var clock = new ScriptedClock();
        var prepared = new PredictionPreparation(TestSigner.First, clock, clock).Prepare(
            TraceScene.Facts() with
            {
                RunId = runId,
                ModelName = "iris-classifier",
                ModelVersion = "2",
            },
            null,
            new RecordOptions { MlflowTraceId = traceId },
            TraceScene.DecisionId
        );
        return new PredictionWriteBackLog(log, () => store.TrackingUri, null).AppendAsync(prepared.ToSubmission([]), default);
    }
}
