using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>MLflow 2.14 over HTTP.</summary>
public sealed class RestStore214Tests() : RestStoreContract("2.14")
{
    protected override int LongestTraceTag => 250;

    /// <summary>The server shows 250 characters of a trace's tag (recorded): with the original every prediction on 2.14 became unverifiable without a word.</summary>
    [Fact]
    public async Task A_trace_tag_that_2_14_gives_back_cut_is_reported_and_not_taken_for_written()
    {
        await using var store = Open();
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.SetTraceTagAsync(Ids.Traces["classify"], "k", new string('x', 251), default)
        );
    }
}
