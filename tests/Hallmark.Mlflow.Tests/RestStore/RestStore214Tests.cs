using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>MLflow 2.14 over HTTP.</summary>
public sealed class RestStore214Tests() : RestStoreContract("2.14")
{
    [Theory]
    [MemberData(nameof(Values))]
    public override Task A_tag_reads_back_as_it_was_set(string value) => value.Length <= 250 ? base.A_tag_reads_back_as_it_was_set(value) : A_long_trace_tag_is_reported(value);

    /// <summary>The server shows 250 characters of a trace's tag (recorded): with the original every prediction on 2.14 became unverifiable without a word.</summary>
    private async Task A_long_trace_tag_is_reported(string value)
    {
        await using var store = Open();
        await store.SetRunTagAsync(Ids.Run("baseline"), "k", value, default);
        Assert.Equal(value, (await store.FindRunAsync(Ids.Run("baseline"), default))!.Tags["k"]);
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetTraceTagAsync(Ids.Traces["classify"], "k", value, default));
    }
}
