using System.Text.Json.Nodes;

namespace Hallmark.Anchors.ArioVerify.Batches;

/// <summary>How a batch job stands (ario-verify-api.md §7.2).</summary>
/// <param name="Id">The job.</param>
/// <param name="Status"><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="TotalCount">How many ids were handed in.</param>
/// <param name="Remaining">How many are left; null before it runs.</param>
/// <param name="Estimate">How long it will take yet, by the service's word; or null.</param>
public sealed record ArioJob(string Id, string Status, long TotalCount, long? Remaining, TimeSpan? Estimate)
{
    /// <summary>True where nothing more will come.</summary>
    public bool IsEnded => Status is "completed" or "failed" or "cancelled";

    /// <exception cref="AnchorUnavailableException">It is no such answer.</exception>
    internal static ArioJob Read(JsonObject json, string expectedId)
    {
        var job = json.FindObject("job");
        var run = json.FindObject("run");
        return job.FindText("id") == expectedId && job.FindText("status") is { } status
            ? new ArioJob(
                expectedId,
                status,
                job.FindInteger("totalCount") ?? 0,
                run.FindInteger("remaining"),
                run.FindInteger("etaMs") is { } estimate and < 31_536_000_000 ? TimeSpan.FromMilliseconds(estimate) : null
            )
            : throw new AnchorUnavailableException("the service answered about another job");
    }
}
