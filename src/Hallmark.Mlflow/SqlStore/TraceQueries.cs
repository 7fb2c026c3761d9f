using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Reads traces: three queries for any number of traces.</summary>
internal static class TraceQueries
{
    /// <summary>The ids of an experiment's traces, newest first.</summary>
    public static async Task<List<string>> ListIdsAsync(SqlSession session, long experimentId, CancellationToken cancellationToken) =>
        session.Schema.Has("trace_info")
            ? await session
                .ListAsync(
                    $"SELECT request_id FROM trace_info WHERE experiment_id = {experimentId} ORDER BY timestamp_ms DESC, request_id",
                    row => row.Text(0),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : [];

    /// <summary>These traces with tags and metadata, in the order of the ids; ids without a trace are left out.</summary>
    public static async Task<IReadOnlyList<Trace>> ReadAsync(
        SqlSession session,
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    )
    {
        if (!session.Schema.Has("trace_info"))
        {
            return [];
        }

        var tags = await ReadPairsAsync(session, "trace_tags", ids, cancellationToken).ConfigureAwait(false);
        var metadata = await ReadPairsAsync(session, "trace_request_metadata", ids, cancellationToken).ConfigureAwait(false);
        var traces = new Dictionary<string, Trace>(StringComparer.Ordinal);
        await session
            .ReadAsync(
                $"SELECT request_id, experiment_id, timestamp_ms, execution_time_ms, status FROM trace_info WHERE request_id IN {ids}",
                row =>
                    traces[row.Text(0)] = new Trace(
                        row.Text(0),
                        row.IntegerText(1),
                        row.Integer(2),
                        row.IntegerOrNull(3),
                        row.Text(4),
                        tags.Of(row.Text(0)),
                        metadata.Of(row.Text(0))
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. ids.Where(traces.ContainsKey).Select(id => traces[id])];
    }

    private static async Task<OwnedPairs> ReadPairsAsync(
        SqlSession session,
        string table,
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    )
    {
        var pairs = new OwnedPairs();
        if (session.Schema.Has(table))
        {
            await session
                .ReadAsync(
                    $"SELECT request_id, key, value FROM {new SqlFragment(table)} WHERE request_id IN {ids}",
                    row => pairs.Set(row.Text(0), row.Text(1), row.TextOrNull(2)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return pairs;
    }
}
