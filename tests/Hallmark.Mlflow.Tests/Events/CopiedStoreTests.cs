using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Verification;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>
/// Two stores with the same run ids, model names and version numbers (one was copied from the other, and both are used), and one ledger. The user would see one store's record answer for the
/// other's run: a change that goes unnoticed because the other store recorded just that, or an alarm where nothing was changed.
/// </summary>
public sealed class CopiedStoreTests
{
    [Fact]
    public async Task Each_stores_run_is_judged_by_what_was_recorded_of_it_and_not_of_the_other()
    {
        var (here, there) = await TrainedAsync();
        Workshop.Verified(await here.VerifyRunAsync());
        Workshop.Verified(await there.VerifyRunAsync());
    }

    [Fact]
    public async Task A_run_that_was_changed_into_what_the_other_store_recorded_is_refused()
    {
        var (here, there) = await TrainedAsync();
        SetRate(here, "0.5");
        Assert.Contains(
            Workshop.Failed(await here.VerifyRunAsync(), CheckNames.LiveRun).Differences,
            difference => difference == new Difference("params.lr", "0.01", "0.5")
        );
        SetRate(there, "0.01");
        Workshop.Failed(await there.VerifyRunAsync(), CheckNames.LiveRun);
    }

    [Fact]
    public async Task A_copy_of_which_nothing_was_recorded_is_judged_by_what_was_recorded_of_the_original()
    {
        var here = new Workshop();
        await here.TrainAsync();
        var there = CopyOf(here);
        Workshop.Verified(await there.VerifyRunAsync());
        SetRate(there, "0.5");
        Workshop.Failed(await there.VerifyRunAsync(), CheckNames.LiveRun);
    }

    [Fact]
    public async Task An_event_whose_record_was_edited_to_name_another_store_is_not_hidden_by_that()
    {
        var (here, there) = await TrainedAsync();
        await RetrainAsync(here);
        var newest = here.Log.Entries.FindLastIndex(entry => entry.EventType == EventTypes.Training);
        var record = System.Text.Encoding.UTF8.GetString(here.Log.Entries[newest].Record!.Value.Span);
        var edited = record.Replace(StoreMark.Of(here.Store.Place), StoreMark.Of(there.Store.Place), StringComparison.Ordinal);
        Assert.NotEqual(record, edited);
        here.Log.Entries[newest] = here.Log.Entries[newest] with { Record = System.Text.Encoding.UTF8.GetBytes(edited) };
        Assert.Equal("record_differs", Workshop.Failed(await here.VerifyRunAsync(), CheckNames.Record).Reason);
    }

    [Fact]
    public async Task Versions_of_one_name_and_number_made_of_one_run_keep_each_their_own_stage_and_alias()
    {
        var (here, there) = await RegisteredAsync();
        await PromoteAsync(here, "Production");
        await PromoteAsync(there, "Archived");
        await here.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await there.RegisterAsync();
        await there.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        await here.DrainAsync();
        foreach (var shop in new[] { here, there })
        {
            Workshop.Verified(await shop.VerifyVersionAsync());
            Assert.Equal(0, (await shop.AuditAsync()).ExitCode);
        }

        Assert.Equal(2, (await here.AuditAsync()).Promotions.Length);
        Assert.Single((await there.AuditAsync()).Promotions);
    }

    [Fact]
    public async Task A_stage_changed_behind_the_back_is_named_though_the_copy_recorded_that_very_stage()
    {
        var (here, there) = await RegisteredAsync();
        await PromoteAsync(here, "Production");
        await PromoteAsync(there, "Archived");
        await here.Store.TransitionStageAsync("scorer", "1", "Archived", false, default);
        Assert.Contains(
            new Difference("stage", "Production", "Archived"),
            Workshop.Failed(await here.VerifyVersionAsync(), CheckNames.LiveRegistry).Differences
        );
    }

    [Fact]
    public async Task A_stage_that_only_the_copy_recorded_explains_nothing_here()
    {
        var here = new Workshop();
        await here.TrainAsync();
        await here.RegisterAsync();
        var there = CopyOf(here);

        // Promoted in the copy, as its own word says; the registration that this follows is the original's.
        await PromoteAsync(there, "Production");
        await here.Store.TransitionStageAsync("scorer", "1", "Production", false, default);
        var audit = await here.AuditAsync();
        Assert.Equal(1, audit.ExitCode);
        Assert.Contains(audit.Promotions, verdict => verdict.Checks.Any(check => check.Reason == "not_anchored"));
        Assert.Equal(0, (await there.AuditAsync()).ExitCode);
    }

    [Fact]
    public async Task An_alias_moved_behind_the_back_is_named_though_the_copy_recorded_it_there()
    {
        var (here, there) = await RegisteredAsync();
        foreach (var shop in new[] { here, there })
        {
            await shop.RegisterAsync();
        }

        await here.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await there.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        await here.Store.SetAliasAsync("scorer", "champion", "2", default);
        Workshop.Failed(await here.VerifyVersionAsync(), CheckNames.LiveRegistry);
        Assert.Equal(CheckOutcome.Failed, (await Pointers(here).CheckAliasAsync("scorer", "champion", "2", default)).Outcome);
        Assert.Equal(CheckOutcome.Passed, (await Pointers(there).CheckAliasAsync("scorer", "champion", "2", default)).Outcome);
    }

    [Fact]
    public async Task A_newer_version_in_the_copy_is_none_that_is_gone_from_here()
    {
        var (here, there) = await RegisteredAsync();
        await there.RegisterAsync();
        Assert.Equal(CheckOutcome.Passed, (await Pointers(here).CheckLatestAsync("scorer", "1", default)).Outcome);
        there.Store.Versions.RemoveAll(version => version.Version == "2");
        Assert.Equal("newer_version_gone", (await Pointers(there).CheckLatestAsync("scorer", "1", default)).Reason);
    }

    [Fact]
    public async Task A_version_whose_registration_was_cut_off_is_resumed_though_the_original_has_that_very_version()
    {
        var here = new Workshop();
        await here.TrainAsync();
        var there = CopyOf(here);
        await here.RegisterAsync();
        here.Log.BeforeAppend = _ => throw new IOException("the machine stops");
        await Assert.ThrowsAsync<IOException>(() => there.RegisterAsync());
        here.Log.BeforeAppend = null;
        Assert.True((await there.RegisterAsync()).IsResumed);
        Assert.Single(there.Store.Versions);
        Workshop.Verified(await there.VerifyVersionAsync());
    }

    [Fact]
    public async Task Trainings_go_on_from_the_one_that_both_stores_have_each_in_a_chain_of_its_own()
    {
        var here = new Workshop();
        await here.TrainAsync();
        await here.RegisterAsync();
        var common = await RetrainAsync(here);
        var there = CopyOf(here);
        var inCopy = await RetrainAsync(there);
        var inOriginal = await RetrainAsync(here);
        var nextInCopy = await RetrainAsync(there);

        Assert.Equal("training:scorer", inOriginal.Training.Event.Chain!.Chain);
        Assert.Equal("training:scorer@memory:/copy", nextInCopy.Training.Event.Chain!.Chain);
        Assert.Equal(common.Entry.EventId, Previous(inCopy));
        Assert.Equal(common.Entry.EventId, Previous(inOriginal));
        Assert.Equal(inCopy.Entry.EventId, Previous(nextInCopy));
        Workshop.Verified(await here.VerifyRunAsync());
        Workshop.Verified(await there.VerifyRunAsync());
    }

    [Fact]
    public async Task A_registration_follows_its_own_stores_training()
    {
        var (here, there) = await TrainedAsync();
        var registered = await here.RegisterAsync();
        var own = here.Log.Entries.First(entry => entry.EventType == EventTypes.Training);
        Assert.Equal(own.EventId, (string?)HallmarkMember.Of(registered.Event.Payload)![HallmarkMember.Previous]!["event_id"]);
        Workshop.Verified(await here.VerifyVersionAsync());
        await there.RegisterAsync();
        Workshop.Verified(await there.VerifyVersionAsync());
    }

    [Fact]
    public async Task A_store_that_moved_is_still_held_to_the_aliases_of_before_and_has_its_new_promotions()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.RegisterAsync();
        await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await shop.DrainAsync();
        shop.Store.TrackingUri = "memory:/elsewhere";
        await PromoteAsync(shop, "Production");
        Workshop.Verified(await shop.VerifyVersionAsync());
        Assert.Equal(0, (await shop.AuditAsync()).ExitCode);
        await shop.Store.SetAliasAsync("scorer", "champion", "2", default);
        Assert.Contains(
            new Difference("alias champion", "1", "2"),
            Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.LiveRegistry).Differences
        );
        Assert.Equal(CheckOutcome.Failed, (await Pointers(shop).CheckAliasAsync("scorer", "champion", "2", default)).Outcome);
    }

    [Fact]
    public async Task Evidence_of_a_run_holds_the_events_of_one_store()
    {
        var (here, _) = await TrainedAsync();
        await here.RegisterAsync();
        var there = CopyOf(here);
        await there.RegisterAsync();
        var all = await here.Log.FindBySubjectAsync(SubjectKeys.ModelVersion("scorer", "1"), default);
        Assert.Equal(1, all.Count(entry => StoreEvents.MarkOf(entry) == StoreMark.Of(here.Store.Place)));
        var newest = Assert.Single(VersionEvents.OfNewest([.. all.Where(entry => entry.EventType == EventTypes.Registration)]));
        Assert.Equal(all[^1], newest);
    }

    [Fact]
    public async Task A_record_names_its_store_by_the_hash_of_its_address_without_credentials()
    {
        var shop = new Workshop();
        shop.Store.TrackingUri = "http://user:secret@MLflow:5000/";
        var training = await shop.TrainAsync();
        Assert.Equal(
            "5fb972d3727567da93bae9b7578063f82f584484f75b2f8f87a720be7c657eb2", // printf http://mlflow:5000 | sha256sum
            (string?)HallmarkMember.Of(training.Training.Event.Payload)![HallmarkMember.Store]
        );
    }

    private static async Task<(Workshop Here, Workshop There)> TrainedAsync()
    {
        var here = new Workshop();
        var there = CopyOf(here);
        SetRate(there, "0.5");
        await here.TrainAsync();
        await there.TrainAsync();
        return (here, there);
    }

    private static async Task<(Workshop Here, Workshop There)> RegisteredAsync()
    {
        var (here, there) = await TrainedAsync();
        await here.RegisterAsync();
        await there.RegisterAsync();
        return (here, there);
    }

    // What the original holds now: the same ids, files and tags at another address.
    private static Workshop CopyOf(Workshop here)
    {
        var there = new Workshop { Log = here.Log, Clock = here.Clock };
        there.Store.TrackingUri = "memory:/copy";
        foreach (var (id, run) in here.Store.Runs)
        {
            there.Store.Runs[id] = run;
            there.Store.ArtifactsOf(id).Files.Clear();
            foreach (var (path, bytes) in here.Store.ArtifactsOf(id).Files)
            {
                there.Store.ArtifactsOf(id).Files[path] = bytes;
            }
        }

        foreach (var (name, model) in here.Store.Models)
        {
            there.Store.Models[name] = model;
        }

        there.Store.Versions.AddRange(here.Store.Versions);
        return there;
    }

    private static void SetRate(Workshop shop, string rate) =>
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with
        {
            Params = new Dictionary<string, string>(StringComparer.Ordinal) { ["lr"] = rate },
        };

    private static RegistryPointers Pointers(Workshop shop) => new(shop.Scope);

    private static async Task PromoteAsync(Workshop shop, string stage)
    {
        await shop.Recorder.TransitionStageAsync("scorer", "1", stage, false, new RecordOptions(), default);
        await shop.DrainAsync();
    }

    private static async Task<RecordedTraining> RetrainAsync(Workshop shop)
    {
        var metadata = new System.Text.Json.Nodes.JsonObject { ["round"] = shop.Log.Entries.Count };
        var recorded = await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions { Metadata = metadata }, default);
        await shop.DrainAsync();
        return recorded;
    }

    private static string? Previous(RecordedTraining training) =>
        (string?)HallmarkMember.Of(training.Training.Event.Payload)![HallmarkMember.Previous]?["event_id"];
}
