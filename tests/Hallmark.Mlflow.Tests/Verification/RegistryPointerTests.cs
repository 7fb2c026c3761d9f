using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Which version an alias or a stage was last recorded to mean.</summary>
public sealed class RegistryPointerTests
{
    private const string OtherRun = "99990000111122223333444455556666";

    [Fact]
    public async Task Without_a_ledger_or_a_record_the_registry_is_believed_and_the_check_says_so()
    {
        var shop = await WithTwoVersionsAsync();
        foreach (var scope in new[] { shop.Scope, shop.Scope with { Log = null } })
        {
            var pointers = new RegistryPointers(scope);
            foreach (
                var check in new[]
                {
                    await pointers.CheckAliasAsync("scorer", "champion", "1", default),
                    await pointers.CheckStageAsync("scorer", "Production", "1", default),
                }
            )
            {
                Assert.Equal((CheckOutcome.NotRun, false, "not_recorded"), (check.Outcome, check.IsRequired, check.Reason));
            }
        }
    }

    [Fact]
    public async Task The_newest_record_of_an_alias_decides_whichever_version_it_was_about()
    {
        var shop = await WithTwoVersionsAsync();
        await shop.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await shop.Recorder.SetAliasAsync("scorer", "challenger", "2", new RecordOptions(), default);
        var pointers = new RegistryPointers(shop.Scope);
        Assert.Equal(CheckOutcome.Passed, (await pointers.CheckAliasAsync("scorer", "champion", "1", default)).Outcome);
        Assert.Equal(CheckOutcome.Failed, (await pointers.CheckAliasAsync("scorer", "champion", "2", default)).Outcome);
        Assert.Equal(CheckOutcome.Passed, (await pointers.CheckAliasAsync("scorer", "challenger", "2", default)).Outcome);
    }

    [Fact]
    public async Task The_highest_version_that_was_last_recorded_in_a_stage_is_the_one_meant()
    {
        var shop = await WithTwoVersionsAsync();
        await shop.Recorder.TransitionStageAsync("scorer", "2", "Production", false, new RecordOptions(), default);
        await shop.Recorder.TransitionStageAsync("scorer", "1", "Production", false, new RecordOptions(), default);
        var pointers = new RegistryPointers(shop.Scope);
        Assert.Equal(CheckOutcome.Passed, (await pointers.CheckStageAsync("scorer", "Production", "2", default)).Outcome);
        Assert.Equal(CheckOutcome.Failed, (await pointers.CheckStageAsync("scorer", "Production", "1", default)).Outcome);
        await shop.Recorder.TransitionStageAsync("scorer", "2", "Archived", false, new RecordOptions(), default);
        Assert.Equal(CheckOutcome.Passed, (await pointers.CheckStageAsync("scorer", "Production", "1", default)).Outcome);
    }

    [Fact]
    public async Task Another_store_that_shares_the_ledger_has_no_say_in_this_ones_aliases()
    {
        var other = await WithTwoVersionsAsync();
        var own = new Workshop();
        own.Store.Runs.Remove(Workshop.RunId);
        own.AddRun(OtherRun);
        var recorder = new MlflowEventRecorder(own.Store, own.Signer, other.Log, other.Clock, other.Clock, new RecorderOptions());
        await recorder.RecordTrainingAsync(OtherRun, new TrainingOptions(), default);
        await recorder.RegisterAsync("scorer", $"runs:/{OtherRun}/model", null, new RegistrationOptions(), default);
        await recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);

        // Newer than ours, of the same name: of a version that this store does not have, and of one that it has too.
        await other.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await other.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        var pointers = new RegistryPointers(own.Scope with { Log = other.Log });
        Assert.Equal(CheckOutcome.Passed, (await pointers.CheckAliasAsync("scorer", "champion", "1", default)).Outcome);
    }

    [Fact]
    public async Task A_record_that_a_refused_key_signed_has_no_say()
    {
        var shop = await WithTwoVersionsAsync();
        await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        shop.Signer = TestSigner.Second;
        await shop.Recorder.SetAliasAsync("scorer", "champion", "2", new RecordOptions(), default);
        var first = TestSigner.First.PublicKey.Hex;
        var pointers = new RegistryPointers(
            shop.Scope with
            {
                Judge = (key, _) => new SignerOpinion(key == first ? SignerStanding.Trusted : SignerStanding.Refused, Name: null),
            }
        );
        Assert.Equal(CheckOutcome.Passed, (await pointers.CheckAliasAsync("scorer", "champion", "1", default)).Outcome);
    }

    private static async Task<Workshop> WithTwoVersionsAsync()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.RegisterAsync();
        return shop;
    }
}
