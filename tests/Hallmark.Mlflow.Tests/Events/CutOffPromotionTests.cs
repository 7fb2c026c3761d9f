using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>A promotion whose process dies at some step. The user would lose the event of a version that made room, or find one promotion recorded twice.</summary>
public sealed class CutOffPromotionTests
{
    public static TheoryData<int, int, bool> Stops()
    {
        var rows = new TheoryData<int, int, bool>();
        for (var first = 0; first <= 3; first++)
        {
            for (var second = 0; second <= 3; second++)
            {
                rows.Add(first, second, true);
                rows.Add(first, second, false);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task Archiving_that_is_cut_off_at_any_two_steps_ends_with_each_event_once(int first, int second, bool wereRecorded)
    {
        var shop = await ThreeVersionsAsync(wereRecorded);
        var before = Transitions(shop).Count;
        await PromoteAndDieAsync(shop, first);
        await PromoteAndDieAsync(shop, second);
        var recorded = await PromoteAsync(shop);

        Assert.Equal("3", (string?)recorded[0].Event.Payload["model_version"]);
        Assert.Equal(
            ["1 Production→Archived", "2 Production→Archived", "3 None→Production"],
            Transitions(shop).Skip(before).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["Archived", "Archived", "Production"], shop.Store.Versions.Select(version => version.CurrentStage));

        await shop.DrainAsync();
        foreach (var version in new[] { "1", "2", "3" })
        {
            Workshop.Verified(await shop.VerifyVersionAsync(version));
        }
    }

    [Fact]
    public async Task A_promotion_that_is_repeated_after_it_was_recorded_adds_no_event_and_changes_nothing()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: true);
        var once = await PromoteAsync(shop);
        Assert.All(once, recorded => Assert.False(recorded.WasRecorded));
        var (entries, writes) = (shop.Log.Entries.Count, shop.Store.Writes.Count);

        var twice = Assert.Single(await PromoteAsync(shop));
        Assert.True(twice.WasRecorded);
        Assert.Equal(once[0].Entry, twice.Entry);
        Assert.Equal(once[0].Event.EnvelopeBytes.ToArray(), twice.Event.EnvelopeBytes.ToArray());
        Assert.Equal((once[0].Event.PayloadHash, once[0].Event.PublicKeyHex), (twice.Event.PayloadHash, twice.Event.PublicKeyHex));
        Assert.Equal((entries, writes), (shop.Log.Entries.Count, shop.Store.Writes.Count));
    }

    [Fact]
    public async Task A_version_that_left_the_stage_and_is_promoted_again_gets_a_new_event()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: true);
        await PromoteAsync(shop);
        await shop.Recorder.TransitionStageAsync("scorer", "3", "Archived", false, new RecordOptions(), default);
        var again = Assert.Single(await PromoteAsync(shop));
        Assert.False(again.WasRecorded);
        Assert.Equal(
            ["3 None→Production", "3 Production→Archived", "3 Archived→Production"],
            Transitions(shop).Where(text => text.StartsWith('3'))
        );
    }

    [Fact]
    public async Task A_version_that_somebody_archived_at_another_time_is_not_taken_for_one_that_made_room()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: false);
        await shop.Store.TransitionStageAsync("scorer", "2", "Archived", false, default);
        await PromoteAndDieAsync(shop, 0);
        await PromoteAsync(shop);
        Assert.Equal(["1 Production→Archived", "3 None→Production"], Transitions(shop).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_archiving_nothing_is_recorded_of_other_versions()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: true);
        var before = Transitions(shop).Count;
        await PromoteAndDieAsync(shop, 0);
        await shop.Recorder.TransitionStageAsync("scorer", "3", "Production", false, new RecordOptions(), default);
        Assert.Equal(["3 None→Production"], Transitions(shop).Skip(before));
    }

    [Fact]
    public async Task An_alias_that_was_set_and_not_recorded_is_recorded_once_with_where_it_pointed_before()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: true);
        await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        shop.Log.BeforeAppend = _ => throw new IOException("the machine stops");
        await Assert.ThrowsAsync<IOException>(() => shop.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default));
        Assert.Equal("2", shop.Store.Models["scorer"].Aliases["champion"]);

        shop.Log.BeforeAppend = null;
        var resumed = await shop.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        Assert.Equal(("1", "2"), ((string?)resumed.Event.Payload["from_version"], (string?)resumed.Event.Payload["to_version"]));
        Assert.False(resumed.WasRecorded);
        var repeated = await shop.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        Assert.True(repeated.WasRecorded);
        Assert.Equal(resumed.Entry, repeated.Entry);
        Assert.Equal(2, shop.Log.Entries.Count(entry => entry.EventType == EventTypes.AliasChanged));
    }

    [Fact]
    public async Task An_alias_that_was_first_set_and_not_recorded_points_from_nowhere()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: false);
        await shop.Store.SetAliasAsync("scorer", "champion", "2", default);
        var recorded = await shop.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        Assert.Null((string?)recorded.Event.Payload["from_version"]);
        var elsewhere = await shop.Recorder.SetAliasAsync("scorer", "challenger", "2", new RecordOptions(), default);
        Assert.False(elsewhere.WasRecorded);
    }

    [Fact]
    public async Task An_alias_that_comes_back_to_a_version_gets_an_event_each_time()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: false);
        foreach (var version in new[] { "1", "2", "1" })
        {
            Assert.False((await shop.Recorder.SetAliasAsync("scorer", "champion", version, new RecordOptions(), default)).WasRecorded);
        }

        Assert.Equal(3, shop.Log.Entries.Count(entry => entry.EventType == EventTypes.AliasChanged));
    }

    [Fact]
    public async Task A_stage_that_does_not_exist_changes_and_records_nothing()
    {
        var shop = await ThreeVersionsAsync(wereRecorded: false);
        var (entries, writes) = (shop.Log.Entries.Count, shop.Store.Writes.Count);
        foreach (var (stage, archive) in new[] { ("Live", false), ("None", true), ("Archived", true), ("", false) })
        {
            await Assert.ThrowsAnyAsync<Core.Failures.BadInputException>(() =>
                shop.Recorder.TransitionStageAsync("scorer", "3", stage, archive, new RecordOptions(), default)
            );
        }

        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            shop.Recorder.TransitionStageAsync("scorer", "4", "Staging", false, new RecordOptions(), default)
        );
        Assert.Equal((entries, writes), (shop.Log.Entries.Count, shop.Store.Writes.Count));
    }

    /// <summary>Versions 1 and 2 in production, 3 nowhere. Where the ledger does not know the stages, somebody set them in MLflow.</summary>
    private static async Task<Workshop> ThreeVersionsAsync(bool wereRecorded)
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        for (var count = 0; count < 3; count++)
        {
            await shop.RegisterAsync();
        }

        foreach (var version in new[] { "1", "2" })
        {
            if (wereRecorded)
            {
                await shop.Recorder.TransitionStageAsync("scorer", version, "Production", false, new RecordOptions(), default);
            }
            else
            {
                await shop.Store.TransitionStageAsync("scorer", version, "Production", false, default);
            }
        }

        await shop.DrainAsync();
        return shop;
    }

    private static Task<IReadOnlyList<RecordedEvent>> PromoteAsync(Workshop shop) =>
        shop.Recorder.TransitionStageAsync("scorer", "3", "production", true, new RecordOptions(), default);

    /// <summary>Promotes, and dies before the event after <paramref name="events"/> ones is durable; three of them are all.</summary>
    private static async Task PromoteAndDieAsync(Workshop shop, int events)
    {
        var left = events;
        shop.Log.BeforeAppend = _ =>
        {
            if (left-- == 0)
            {
                throw new IOException("the machine stops");
            }
        };
        try
        {
            await PromoteAsync(shop);
        }
        catch (IOException)
        {
            Assert.Equal(-1, left);
        }

        shop.Log.BeforeAppend = null;
    }

    private static List<string> Transitions(Workshop shop) =>
        [
            .. shop
                .Log.Entries.Where(entry => entry.EventType == EventTypes.StageTransition)
                .Select(entry => System.Text.Json.Nodes.JsonNode.Parse(entry.Record!.Value.Span)!)
                .Select(record => $"{record["model_version"]} {record["from_stage"]}→{record["to_stage"]}"),
        ];
}
