using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Verification;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Two MLflow servers, each with a model of the same name, and one ledger. The user would find one server's promotions counted against the other's model, or a lineage that leads to strangers.</summary>
public sealed class SharedLedgerTests
{
    private const string OtherRun = "00000000000000000000000000000002";
    private const string ThirdRun = "00000000000000000000000000000003";

    [Fact]
    public async Task A_promotion_on_one_server_does_not_break_the_verdict_on_the_other_servers_model_of_that_name()
    {
        var (here, there) = await BothAsync();
        await PromoteAsync(here, "Production");
        await here.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await here.DrainAsync();
        Workshop.Verified(await here.VerifyVersionAsync());
        Workshop.Verified(await there.VerifyVersionAsync());

        await PromoteAsync(there, "Archived");
        await there.DrainAsync();
        Workshop.Verified(await here.VerifyVersionAsync());
        Workshop.Verified(await there.VerifyVersionAsync());
        Assert.Equal(0, (await here.AuditAsync()).ExitCode);
        Assert.Equal(0, (await there.AuditAsync()).ExitCode);
    }

    [Fact]
    public async Task A_stage_that_was_changed_behind_the_back_is_named_though_another_server_recorded_that_very_stage_later()
    {
        var (here, there) = await BothAsync();
        await PromoteAsync(here, "Production");
        await PromoteAsync(there, "Archived");
        await here.Store.TransitionStageAsync("scorer", "1", "Archived", false, default);
        Assert.Contains(
            new Difference("stage", "Production", "Archived"),
            Workshop.Failed(await here.VerifyVersionAsync(), CheckNames.LiveRegistry).Differences
        );
    }

    [Fact]
    public async Task An_audit_lists_the_promotions_of_its_own_server_only()
    {
        var (here, there) = await BothAsync();
        await PromoteAsync(here, "Staging");
        await PromoteAsync(there, "Production");
        await PromoteAsync(there, "Archived");
        Assert.Single((await here.AuditAsync()).Promotions);
        Assert.Equal(2, (await there.AuditAsync()).Promotions.Length);
    }

    [Fact]
    public async Task A_promotion_follows_its_own_servers_registration_and_not_the_newest_of_that_name()
    {
        var (here, there) = await BothAsync();
        var own = here.Log.Entries.First(entry => entry.EventType == EventTypes.Registration);
        var promoted = await PromoteAsync(here, "Production");
        Assert.Equal(own.EventId, (string?)HallmarkMember.Of(promoted.Event.Payload)![HallmarkMember.Previous]!["event_id"]);
        Assert.NotEqual(own, there.Log.Entries.Last(entry => entry.EventType == EventTypes.Registration));
    }

    [Fact]
    public async Task A_version_whose_registration_was_cut_off_is_resumed_though_another_server_has_a_recorded_one_of_that_number()
    {
        var (here, there) = (new Workshop(), (Workshop?)null);
        await here.TrainAsync();
        await here.RegisterAsync();
        there = await OtherAsync(here);
        here.Log.BeforeAppend = _ => throw new IOException("the machine stops");
        await Assert.ThrowsAsync<IOException>(() => RegisterAsync(there));
        here.Log.BeforeAppend = null;
        var resumed = await RegisterAsync(there);
        Assert.True(resumed.IsResumed);
        Assert.Single(there.Store.Versions);
    }

    [Fact]
    public async Task A_promotion_cut_off_on_one_server_is_recorded_though_the_other_recorded_the_same_stage()
    {
        var (here, there) = await BothAsync();
        await PromoteAsync(there, "Production");
        here.Log.BeforeAppend = _ => throw new IOException("the machine stops");
        await Assert.ThrowsAsync<IOException>(() => PromoteAsync(here, "Production"));
        here.Log.BeforeAppend = null;
        var resumed = await PromoteAsync(here, "Production");
        Assert.False(resumed.WasRecorded);
        Assert.Equal("None", (string?)resumed.Event.Payload["from_stage"]);
        Assert.True((await PromoteAsync(here, "Production")).WasRecorded);
    }

    [Fact]
    public async Task Trainings_of_models_of_one_name_make_a_chain_for_each_server()
    {
        var (here, there) = await BothAsync();
        var first = await RetrainAsync(here, Workshop.RunId);
        var strange = await RetrainAsync(there, OtherRun);
        var second = await RetrainAsync(here, Workshop.RunId);
        var stranger = await RetrainAsync(there, OtherRun);

        Assert.Equal("training:scorer", first.Training.Event.Chain!.Chain);
        Assert.Equal("training:scorer@memory:/other", strange.Training.Event.Chain!.Chain);
        Assert.Null(Previous(strange));
        Assert.Equal(first.Entry.EventId, Previous(second));
        Assert.Equal(strange.Entry.EventId, Previous(stranger));
        Workshop.Verified(await new RunVerifier(there.Scope).VerifyAsync(OtherRun, default));
    }

    [Fact]
    public async Task A_store_that_moved_goes_on_from_its_last_training()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        var first = await RetrainAsync(shop, Workshop.RunId);
        shop.Store.TrackingUri = "memory:/elsewhere";
        var second = await RetrainAsync(shop, Workshop.RunId);
        Assert.Equal("training:scorer@memory:/elsewhere", second.Training.Event.Chain!.Chain);
        Assert.Equal(first.Entry.EventId, Previous(second));
        var third = await RetrainAsync(shop, Workshop.RunId);
        Assert.Equal(second.Entry.EventId, Previous(third));
        Workshop.Verified(await shop.VerifyRunAsync());
    }

    [Fact]
    public async Task A_store_whose_address_stands_in_the_record_goes_on_with_its_chain_after_the_run_was_purged()
    {
        var shop = new Workshop();
        shop.Store.TrackingUri = "HTTP://user:secret@Mlflow.Example:80/base/";
        await shop.TrainAsync();
        await shop.RegisterAsync();
        var named = new TrainingOptions { Metadata = new JsonObject { ["include_tracking_uri"] = true } };
        var first = await shop.Recorder.RecordTrainingAsync(Workshop.RunId, named, default);
        shop.AddRun(ThirdRun);
        shop.Store.Runs.Remove(Workshop.RunId);
        shop.Store.Versions.Add(
            new ModelVersion
            {
                Name = "scorer",
                Version = "9",
                RunId = ThirdRun,
                Source = $"runs:/{ThirdRun}/model",
            }
        );
        shop.Store.TrackingUri = "http://mlflow.example/base";
        var second = await RetrainAsync(shop, ThirdRun);
        Assert.Equal(first.Entry.EventId, Previous(second));
    }

    [Fact]
    public async Task A_source_that_was_redirected_is_still_named_where_no_registration_fits()
    {
        var (here, _) = await BothAsync();
        here.Store.Replace(here.Store.Version("scorer", "1") with { Source = "runs:/" + Workshop.RunId + "/other" });
        Assert.Contains(
            Workshop.Failed(await here.VerifyVersionAsync(), CheckNames.LiveRegistry).Differences,
            difference => difference.What == "source"
        );
    }

    [Fact]
    public async Task Evidence_of_a_version_holds_no_event_of_another_servers_version_of_that_name()
    {
        var (here, there) = await BothAsync();
        await PromoteAsync(here, "Production");
        await PromoteAsync(there, "Staging");
        var all = await here.Log.FindBySubjectAsync(SubjectKeys.ModelVersion("scorer", "1"), default);
        var newest = VersionEvents.OfNewest(all);
        Assert.Equal((4, 2), (all.Count, newest.Count));
        Assert.Equal(await new VersionEvents(there.Log, there.Store).FindAsync(there.Store.Version("scorer", "1"), default), newest);
        Assert.Empty(VersionEvents.OfNewest([]));
        var promotions = all.Where(entry => entry.EventType == EventTypes.StageTransition).ToList();
        Assert.Equal(promotions, VersionEvents.OfNewest(promotions));
    }

    [Theory]
    [InlineData("http://Host/", "http://host")]
    [InlineData("http://host:80", "http://host/")]
    [InlineData("https://user:pa%2Fss@host:443/mlflow/", "https://HOST/mlflow")]
    [InlineData("postgresql://u:p@db/mlflow", "postgresql://db/mlflow")]
    [InlineData("file:///srv/mlruns/", "file:///srv/mlruns")]
    [InlineData("/srv/mlruns/", "/srv/mlruns")]
    public void One_place_has_one_name(string first, string second) =>
        Assert.Equal(TrackingUris.Normalise(first), TrackingUris.Normalise(second));

    [Theory]
    [InlineData("http://host", "https://host")]
    [InlineData("http://host:8080", "http://host")]
    [InlineData("http://host/A", "http://host/a")]
    [InlineData("http://host/?a=1", "http://host/?a=2")]
    [InlineData("postgresql://db/one", "postgresql://db/two")]
    [InlineData("file:///A", "file:///a")]
    [InlineData("/", "/a")]
    public void Two_places_have_two_names(string first, string second) =>
        Assert.NotEqual(TrackingUris.Normalise(first), TrackingUris.Normalise(second));

    [Theory]
    [InlineData("http://user:secret@host/x")]
    [InlineData("postgresql+psycopg2://user:secret@db/mlflow")]
    [InlineData("postgresql://db/mlflow?user=u&password=secret")]
    public void A_places_name_holds_no_password(string uri) =>
        Assert.DoesNotContain("secret", TrackingUris.Normalise(uri), StringComparison.Ordinal);

    private static async Task<(Workshop Here, Workshop There)> BothAsync()
    {
        var here = new Workshop();
        await here.TrainAsync();
        await here.RegisterAsync();
        var there = await OtherAsync(here);
        await RegisterAsync(there);
        return (here, there);
    }

    private static async Task<Workshop> OtherAsync(Workshop here)
    {
        var there = new Workshop { Log = here.Log, Clock = here.Clock };
        there.Store.TrackingUri = "memory:/other";
        there.Store.Runs.Clear();
        there.AddRun(OtherRun);
        await there.TrainAsync(OtherRun);
        return there;
    }

    private static Task<RecordedRegistration> RegisterAsync(Workshop there) => there.RegisterAsync(source: $"runs:/{OtherRun}/model");

    private static async Task<RecordedEvent> PromoteAsync(Workshop shop, string stage)
    {
        var recorded = (await shop.Recorder.TransitionStageAsync("scorer", "1", stage, false, new RecordOptions(), default))[0];
        await shop.DrainAsync();
        return recorded;
    }

    private static async Task<RecordedTraining> RetrainAsync(Workshop shop, string runId)
    {
        var metadata = new JsonObject { ["round"] = shop.Log.Entries.Count };
        var recorded = await shop.Recorder.RecordTrainingAsync(runId, new TrainingOptions { Metadata = metadata }, default);
        await shop.DrainAsync();
        return recorded;
    }

    private static string? Previous(RecordedTraining training) =>
        (string?)HallmarkMember.Of(training.Training.Event.Payload)![HallmarkMember.Previous]?["event_id"];
}
