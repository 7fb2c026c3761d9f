using Hallmark.Core.Checks;
using Hallmark.Inference.Loading;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>An alias or a stage that was pointed elsewhere behind our back does not load, although the version it points to now verifies by itself.</summary>
public sealed class PointerTests
{
    private const string Champion = $"models:/{FixtureScene.Model}@champion";
    private const string Latest = $"models:/{FixtureScene.Model}/latest";
    private const string Production = $"models:/{FixtureScene.Model}/Production";

    public static TheoryData<string> Fixtures => FixtureScene.All;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_swapped_alias_is_refused_and_one_that_was_moved_with_a_record_loads(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        await scene.Recorder.SetAliasAsync(FixtureScene.Model, "champion", "1", new RecordOptions(), default);
        await using (var model = await scene.LoadAsync(Champion))
        {
            Assert.Equal("1", model.Identity.Version);
            Assert.Contains(model.Verdict.Checks, check => check is { Name: CheckNames.Alias, Outcome: CheckOutcome.Passed });
        }

        File.Delete(scene.Runner.Marker);
        await scene.Store.SetAliasAsync(FixtureScene.Model, "champion", "2", default);
        var refusal = await scene.RefusedAsync<ModelNotVerifiedException>("a swapped alias", Champion);
        var difference = Assert.Single(refusal.Verdict.Checks.Single(check => check.Name == CheckNames.Alias).Differences);
        Assert.Equal(("1", "2"), (difference.Anchored, difference.Found));

        await scene.Recorder.SetAliasAsync(FixtureScene.Model, "champion", "2", new RecordOptions(), default);
        await using var moved = await scene.LoadAsync(Champion);
        Assert.Equal("2", moved.Identity.Version);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_version_that_slipped_into_a_stage_is_refused(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        await scene.Recorder.TransitionStageAsync(FixtureScene.Model, "2", "Production", false, new RecordOptions(), default);
        await using (var model = await scene.LoadAsync(Production))
        {
            Assert.Contains(model.Verdict.Checks, check => check is { Name: CheckNames.Stage, Outcome: CheckOutcome.Passed });
        }

        // The recorded version is moved away, and an older one, which verifies too, takes its place.
        File.Delete(scene.Runner.Marker);
        await scene.Store.TransitionStageAsync(FixtureScene.Model, "2", "Archived", false, default);
        await scene.Store.TransitionStageAsync(FixtureScene.Model, "1", "Production", false, default);
        var refusal = await scene.RefusedAsync<ModelNotVerifiedException>("a swapped stage", Production);
        var difference = Assert.Single(refusal.Verdict.Checks.Single(check => check.Name == CheckNames.Stage).Differences);
        Assert.Equal(("2", "1"), (difference.Anchored, difference.Found));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task An_older_version_is_not_the_latest_because_the_newest_was_deleted(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        await using (var model = await scene.LoadAsync(Latest))
        {
            Assert.Equal("2", model.Identity.Version);
            Assert.Contains(model.Verdict.Checks, check => check is { Name: CheckNames.Latest, Outcome: CheckOutcome.Passed });
        }

        File.Delete(scene.Runner.Marker);
        scene.DeleteVersion("2");
        var refusal = await scene.RefusedAsync<ModelNotVerifiedException>("the newest version is gone", Latest);
        var check = refusal.Verdict.Checks.Single(one => one.Name == CheckNames.Latest);
        Assert.Equal("newer_version_gone", check.Reason);
        Assert.Equal(("2", "1"), (Assert.Single(check.Differences).Anchored, check.Differences[0].Found));
        Assert.Contains($"models:/{FixtureScene.Model}/1", refusal.Message, StringComparison.Ordinal);
        await scene.RefusedAsync<ModelNotVerifiedException>(
            "also where models without proof may run",
            Latest,
            scene.Options with
            {
                AllowsUnanchored = true,
            }
        );

        // Named, the older version loads: that is how somebody says that the deletion was meant.
        await using var named = await scene.LoadAsync($"models:/{FixtureScene.Model}/1");
        Assert.Equal("1", named.Identity.Version);
    }

    [Fact]
    public async Task A_version_that_a_stranger_recorded_and_that_is_gone_keeps_nobody_from_the_latest()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite", isAnchored: false);
        await scene.AnchorAsync("1");
        scene.Signer = FixtureScene.OtherKey;
        await scene.AnchorAsync("2");
        scene.DeleteVersion("2");
        await scene.RefusedAsync<ModelNotVerifiedException>("anybody's registration counts", Latest);
        await using var model = await scene.LoadAsync(Latest, scene.Options with { Judge = FixtureScene.Only(FixtureScene.Key) });
        Assert.Equal("1", model.Identity.Version);
    }

    [Fact]
    public async Task Without_a_ledger_the_verdict_says_that_the_latest_is_the_registrys_word()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite");
        scene.DeleteVersion("2");
        await using var model = await scene.LoadAsync(
            Latest,
            scene.Options with
            {
                Log = null,
                Judge = FixtureScene.Only(FixtureScene.Key),
            }
        );
        var check = model.Verdict.Checks.Single(candidate => candidate.Name == CheckNames.Latest);
        Assert.Equal((CheckOutcome.NotRun, false, "not_recorded"), (check.Outcome, check.IsRequired, check.Reason));
    }

    [Fact]
    public async Task An_alias_that_nobody_recorded_loads_and_the_verdict_says_whose_word_it_is()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite");
        await scene.Store.SetAliasAsync(FixtureScene.Model, "challenger", "1", default);
        await using var model = await scene.LoadAsync($"models:/{FixtureScene.Model}@challenger");
        var check = model.Verdict.Checks.Single(candidate => candidate.Name == CheckNames.Alias);
        Assert.Equal((CheckOutcome.NotRun, false, "not_recorded"), (check.Outcome, check.IsRequired, check.Reason));
    }

    [Fact]
    public async Task The_record_of_an_alias_stays_when_its_version_is_deleted_from_the_registry()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite");
        await scene.Recorder.SetAliasAsync(FixtureScene.Model, "champion", "2", new RecordOptions(), default);
        scene.Execute("UPDATE model_versions SET current_stage = 'Deleted_Internal' WHERE name = $model AND version = 2");
        await scene.Store.SetAliasAsync(FixtureScene.Model, "champion", "1", default);
        await scene.RefusedAsync<ModelNotVerifiedException>("the recorded version is gone", Champion);
    }

    [Fact]
    public async Task An_alias_that_another_key_recorded_has_no_say_where_it_was_said_who_may_sign()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite");
        await scene.Recorder.SetAliasAsync(FixtureScene.Model, "champion", "1", new RecordOptions(), default);
        scene.Signer = FixtureScene.OtherKey;
        await scene.Recorder.SetAliasAsync(FixtureScene.Model, "champion", "2", new RecordOptions(), default);
        await scene.RefusedAsync<ModelNotVerifiedException>(
            "pointed by a stranger",
            Champion,
            scene.Options with
            {
                Judge = FixtureScene.Only(FixtureScene.Key),
            }
        );
    }
}
