using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Registration and promotion cases of testdata/ario/mlflow-events.json, and runs-uri.json.</summary>
public sealed class VersionVectorTests
{
    private static readonly JsonNode File = Vectors.Load("mlflow-events");

    public static TheoryData<string> Registrations => Vectors.Ids("mlflow-events", "registration");

    public static TheoryData<string> Promotions => Vectors.Ids("mlflow-events", "promotion");

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task A_registration_event_is_minted_and_written_back_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(ScriptedState.Build(given["state"]));
        run.Expect(expect["envelope"]);
        var (name, version) = ((string)given["model_name"]!, (string)given["version"]!);
        var options = new RegistrationOptions { HallmarkMember = false, Metadata = given["metadata"]?.DeepClone() as JsonObject };
        var before = run.Store.Runs.Keys.ToDictionary(runId => runId, runId => run.Store.ArtifactsOf(runId).Files.Keys.ToHashSet());

        Task<(PreparedEvent Event, RegistrationFacts Facts)> Prepare() =>
            run.Recorder()
                .PrepareRegistrationAsync(
                    name,
                    version,
                    (string?)given["run_id"],
                    (string?)given["source"],
                    options,
                    CancellationToken.None
                );
        if ((string)expect["anchor_status"]!["status"]! == "failed")
        {
            var refusal = await Assert.ThrowsAnyAsync<BadInputException>(Prepare);
            var error = (string)expect["anchor_status"]!["error"]!;
            Assert.StartsWith(
                error.Contains("provenance", StringComparison.Ordinal) ? error : error[..error.IndexOf(':', StringComparison.Ordinal)],
                refusal.Message,
                StringComparison.Ordinal
            );
        }
        else
        {
            var (prepared, facts) = await Prepare();
            EventVectorRun.AssertSealed(prepared, expect);
            var receipt = expect["artifacts_written"]!
                .AsObject()
                .Select(pair => pair.Value!["ario/registration_receipt.json"]?["parsed"])
                .FirstOrDefault();
            var upload = EventVectorRun.Upload(expect["anchor_status"]!["tx_id"], receipt);
            await run.WriteBackAsync(
                prepared.EventId,
                WriteBackPlans.ForRegistration(
                    prepared,
                    facts,
                    upload,
                    EventVectorRun.Wallet(given["uploader"]),
                    EventVectorRun.Page,
                    keepEach: false
                )
            );
        }

        Assert.Equal(ScriptedState.Texts(expect["model_version_tags_after"]), run.Store.Version(name, version).Tags);
        foreach (var (runId, files) in before)
        {
            run.AssertFiles(runId, files, expect["artifacts_written"]![runId]);
        }
    }

    [Theory]
    [MemberData(nameof(Promotions))]
    public async Task A_promotion_event_is_minted_and_written_back_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(ScriptedState.Build(given["state"]));
        run.Expect(expect["envelope"]);
        var (name, number) = ((string)given["model_name"]!, (string)given["version"]!);
        var version = await run.Store.FindModelVersionAsync(name, number, CancellationToken.None);
        if ((string)expect["anchor_status"]!["status"]! == "failed")
        {
            Assert.Null(version);
            await Assert.ThrowsAnyAsync<BadInputException>(() =>
                run.Recorder()
                    .TransitionStageAsync(name, number, (string)given["to_stage"]!, false, new RecordOptions(), CancellationToken.None)
            );
            Assert.Empty(run.Store.Writes);
            return;
        }

        var options = new RecordOptions { HallmarkMember = false, Metadata = given["metadata"]?.DeepClone() as JsonObject };
        var prepared = await run.Recorder()
            .PrepareTransitionAsync(version!, (string)given["from_stage"]!, (string)given["to_stage"]!, options, CancellationToken.None);
        EventVectorRun.AssertSealed(prepared, expect);
        var runId = version!.RunId;
        var before = runId is null ? [] : run.Store.ArtifactsOf(runId).Files.Keys.ToHashSet();
        await run.WriteBackAsync(
            prepared.EventId,
            WriteBackPlans.ForPromotion(prepared, version, runId, EventVectorRun.Upload(expect["anchor_status"]!["tx_id"]))
        );
        Assert.Equal(ScriptedState.Texts(expect["model_version_tags_after"]), run.Store.Version(name, number).Tags);
        if (runId is null)
        {
            Assert.Empty(expect["artifacts_written"]!.AsObject());
        }
        else
        {
            run.AssertFiles(runId, before, expect["artifacts_written"]);
        }
    }

    [Fact]
    public void A_runs_source_is_taken_apart_as_the_original_does()
    {
        foreach (var entry in Vectors.Cases("runs-uri"))
        {
            var parsed = RunsUri.Parse((string?)entry["source"]);
            Assert.Equal(((string?)entry["expect"]![0], (string?)entry["expect"]![1]), (parsed.RunId, parsed.Path));
        }
    }
}
