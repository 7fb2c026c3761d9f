using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Traces over REST: the 3.0 routes where the id is one of MLflow 3 and the server has them, else the 2.0 ones.</summary>
internal sealed class TraceRoutes(MlflowHttp http)
{
    private const string A2 = "api/2.0/mlflow/traces";
    private const string A3 = "api/3.0/mlflow/traces";

    public async Task<Trace?> FindTraceAsync(string traceId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(traceId))
        {
            return null;
        }

        var (isKnownRoute, info) = await ReadV3Async(traceId, cancellationToken).ConfigureAwait(false);
        if (isKnownRoute)
        {
            return info is { } json ? StoreJson.TraceV3(json) : null;
        }

        var old = await http.SendAsync(MlflowRequest.Get($"{A2}/{MlflowRequest.Escape(traceId)}/info"), cancellationToken)
            .ConfigureAwait(false);
        return old.IsNotFound ? null : StoreJson.TraceV2(old.Require().Child("trace_info"));
    }

    public async Task<IReadOnlyList<Assessment>> ListAssessmentsAsync(string traceId, CancellationToken cancellationToken)
    {
        var (_, info) = await ReadV3Async(traceId, cancellationToken).ConfigureAwait(false);
        return Assessment.InOrder((info?.Objects("assessments") ?? []).Select(StoreJson.Assessment));
    }

    // Only ids of MLflow 3 are asked for on its routes; a server of MLflow 2 has none of both.
    private async Task<(bool IsKnownRoute, JsonElement? Info)> ReadV3Async(string traceId, CancellationToken cancellationToken)
    {
        if (!traceId.StartsWith("tr-", StringComparison.Ordinal))
        {
            return (false, null);
        }

        var answer = await http.SendAsync(MlflowRequest.Get($"{A3}/{MlflowRequest.Escape(traceId)}"), cancellationToken)
            .ConfigureAwait(false);
        return answer.IsNotFound ? (true, null)
            : answer.IsUnknownRoute ? (false, null)
            : (true, answer.Require().Child("trace").Child("trace_info"));
    }

    public async IAsyncEnumerable<Trace> ListTracesAsync(string experimentId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // As with runs: one that begins while the pages are read moves the last one of a page to the next page.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            foreach (var trace in page.Objects("traces").Select(StoreJson.TraceV2))
            {
                if (seen.Add(trace.TraceId))
                {
                    yield return trace;
                }
            }
        }

        async Task<JsonElement?> ReadAsync(string? token, CancellationToken ct)
        {
            var request = MlflowRequest
                .Get(A2)
                .Query("experiment_ids", experimentId)
                .Query("order_by", "timestamp_ms DESC")
                .Query("max_results", 100);
            return (await http.SendAsync(token is null ? request : request.Query("page_token", token), ct).ConfigureAwait(false)).Require();
        }
    }

    public async Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken)
    {
        MlflowNames.TagValue(MlflowNames.Key(key), value, MlflowNames.MaxRunTagLength);
        var answer = await http.SendAsync(
                MlflowRequest.WithJson(
                    HttpMethod.Patch,
                    $"{A2}/{MlflowRequest.Escape(traceId)}/tags",
                    isRepeatable: true,
                    json =>
                    {
                        json.WriteString("key", MlflowRequest.Sendable(key));
                        json.WriteString("value", MlflowRequest.Sendable(value));
                    }
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (
            answer is { Status: HttpStatusCode.BadRequest, IsRefusal: true }
            && await FindTraceAsync(traceId, cancellationToken).ConfigureAwait(false) is null
        )
        {
            // An SQL store answers 400 with a foreign key violation (specs/mlflow.md §0.13).
            throw new MlflowNotFoundException($"no trace {TextFromServer.Clean(traceId, 80)} on the MLflow server");
        }

        answer.Require();
        if (value.Length > TagLength.SafeOfTraces)
        {
            var trace = await FindTraceAsync(traceId, cancellationToken).ConfigureAwait(false);
            TagLength.RequireWhole(key, value, trace?.Tags);
        }
    }
}
