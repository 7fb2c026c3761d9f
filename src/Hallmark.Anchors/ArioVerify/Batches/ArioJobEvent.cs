using System.Text.Json.Nodes;

namespace Hallmark.Anchors.ArioVerify.Batches;

/// <summary>That the run of a job has ended (ario-verify-api.md §7.3). Unsigned: it says where to look; what counts is the job's signed report.</summary>
/// <param name="Id">Its number; events are numbered upwards.</param>
/// <param name="JobId">The job.</param>
/// <param name="RunId">The run; or null.</param>
/// <param name="Type"><c>run.completed</c>, <c>run.failed</c>, <c>run.cancelled</c>, or one that came later.</param>
/// <param name="At">When, by the service's clock.</param>
/// <param name="Verified">How many transactions were verified; null where it does not say.</param>
/// <param name="Tampered">How many were found tampered with; null where it does not say.</param>
/// <param name="Unavailable">How many could not be decided; null where it does not say.</param>
/// <param name="BundleId">The report of a completed run; or null.</param>
/// <param name="Reason">Why a run failed, such as <c>stalled</c>; or null.</param>
public sealed record ArioJobEvent(
    long Id,
    string JobId,
    string? RunId,
    string Type,
    DateTimeOffset At,
    long? Verified,
    long? Tampered,
    long? Unavailable,
    string? BundleId,
    string? Reason
)
{
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Reads one; null where it is none, or one of another tenant.</summary>
    internal static ArioJobEvent? Find(JsonNode? node, string? tenant)
    {
        var json = node as JsonObject;
        var payload = json.FindObject("payload");
        var totals = payload.FindObject("totals");
        return
            json.FindInteger("id") is { } id and > 0
            && json.FindText("jobId") is { } job
            && ServiceId.IsWellFormed(job)
            && json.FindText("type") is { Length: > 0 } type
            && json.FindInteger("createdAt") is { } at and >= 0
            && at <= LastMillisecond
            && (tenant is null || json.FindText("tenantId") == tenant)
            ? new ArioJobEvent(
                id,
                job,
                WellFormed(json.FindText("runId")),
                type,
                DateTimeOffset.FromUnixTimeMilliseconds(at),
                totals.FindInteger("verified"),
                totals.FindInteger("tampered"),
                totals.FindInteger("unavailable"),
                WellFormed(payload.FindText("bundleId")),
                payload.FindText("reason")
            )
            : null;
    }

    private static string? WellFormed(string? id) => id is not null && ServiceId.IsWellFormed(id) ? id : null;
}
