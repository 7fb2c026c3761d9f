using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Whoever can delete versions could bring an older one back as the latest: the ledger remembers those that are gone, and the sentences say which.</summary>
public sealed class LatestVersionTests
{
    [Theory]
    [InlineData("3", true)]
    [InlineData("2", false)]
    [InlineData("1", false)]
    public async Task The_newest_recorded_version_is_the_latest_and_no_older_one(string latest, bool passes)
    {
        var shop = await WithVersionsAsync(3);
        shop.Store.Versions.RemoveAll(version => int.Parse(version.Version, null) > int.Parse(latest, null));
        var check = await new RegistryPointers(shop.Scope).CheckLatestAsync("scorer", latest, default);
        if (passes)
        {
            Assert.Equal((CheckOutcome.Passed, "no newer version than 3 was recorded"), (check.Outcome, check.Detail));
            return;
        }

        Assert.Equal(
            (
                CheckOutcome.Failed,
                "newer_version_gone",
                $"version {latest} is the registry's latest, but version 3 was registered and is gone from it; where that is meant, name the version: models:/scorer/{latest}"
            ),
            (check.Outcome, check.Reason, check.Detail)
        );
        Assert.Equal(new Difference("latest", "3", latest), Assert.Single(check.Differences));
    }

    [Fact]
    public async Task A_newer_version_that_nobody_recorded_does_not_make_the_recorded_one_fail()
    {
        var shop = await WithVersionsAsync(1);
        await shop.Store.CreateModelVersionAsync("scorer", Workshop.Source, Workshop.RunId, default);
        Assert.Equal(CheckOutcome.Passed, (await new RegistryPointers(shop.Scope).CheckLatestAsync("scorer", "2", default)).Outcome);
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public async Task Versions_that_are_gone_are_looked_for_sixteen_numbers_beyond_the_highest_known(int gap, bool isFound)
    {
        var shop = await WithVersionsAsync(2);
        shop.Store.Versions.RemoveAll(version => version.Version == "2");
        var number = (1 + gap).ToString(System.Globalization.CultureInfo.InvariantCulture);
        shop.Log.Entries[^1] = shop.Log.Entries[^1] with { SubjectKey = SubjectKeys.ModelVersion("scorer", number) };
        var check = await new RegistryPointers(shop.Scope).CheckLatestAsync("scorer", "1", default);
        Assert.Equal(isFound ? CheckOutcome.Failed : CheckOutcome.Passed, check.Outcome);
    }

    [Fact]
    public async Task Without_a_record_the_registry_is_believed_and_the_check_says_so()
    {
        var shop = new Workshop();
        await shop.Store.CreateRegisteredModelAsync("scorer", default);
        await shop.Store.CreateModelVersionAsync("scorer", Workshop.Source, Workshop.RunId, default);
        foreach (var scope in new[] { shop.Scope, shop.Scope with { Log = null } })
        {
            var check = await new RegistryPointers(scope).CheckLatestAsync("scorer", "1", default);
            Assert.Equal(
                (
                    CheckOutcome.NotRun,
                    "not_recorded",
                    "nobody recorded which version is the latest: it is the registry's word alone",
                    false
                ),
                (check.Outcome, check.Reason, check.Detail, check.IsRequired)
            );
        }
    }

    [Fact]
    public async Task Alias_and_stage_say_in_a_sentence_what_agrees_and_what_does_not()
    {
        var shop = await WithVersionsAsync(2);
        await shop.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        await shop.Recorder.TransitionStageAsync("scorer", "2", "Production", false, new RecordOptions(), default);
        var pointers = new RegistryPointers(shop.Scope);
        Assert.Equal(
            "the alias champion points to version 2, as it was recorded",
            (await pointers.CheckAliasAsync("scorer", "champion", "2", default)).Detail
        );
        Assert.Equal(
            "version 2 is the newest in Production, as it was recorded",
            (await pointers.CheckStageAsync("scorer", "Production", "2", default)).Detail
        );
        foreach (
            var (check, what) in new[]
            {
                (await pointers.CheckAliasAsync("scorer", "champion", "1", default), "alias champion"),
                (await pointers.CheckStageAsync("scorer", "Production", "1", default), "stage Production"),
            }
        )
        {
            Assert.Equal(("differs", "the registry points to version 1, and version 2 was recorded"), (check.Reason, check.Detail));
            Assert.Equal(new Difference(what, "2", "1"), Assert.Single(check.Differences));
        }
    }

    [Fact]
    public async Task A_store_out_of_reach_leaves_the_question_open()
    {
        var shop = await WithVersionsAsync(1);
        shop.Store.Outage = true;
        var pointers = new RegistryPointers(shop.Scope);
        foreach (
            var check in new[]
            {
                await pointers.CheckAliasAsync("scorer", "champion", "1", default),
                await pointers.CheckStageAsync("scorer", "Production", "1", default),
                await pointers.CheckLatestAsync("scorer", "1", default),
            }
        )
        {
            Assert.Equal(
                (CheckOutcome.NotRun, "out_of_reach", "the store does not answer", true),
                (check.Outcome, check.Reason, check.Detail, check.IsOutOfReach)
            );
        }
    }

    private static async Task<Workshop> WithVersionsAsync(int count)
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        for (var i = 0; i < count; i++)
        {
            await shop.RegisterAsync();
        }

        return shop;
    }
}
