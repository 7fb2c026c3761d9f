using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>
/// MLflow's tables in SQLite or PostgreSQL, read and written directly, without a server. Schemas of MLflow 2.14 to 3.10. Each answer comes from one
/// transaction, so that it shows one state; each write is one transaction. Reading never makes nor changes a database.
/// </summary>
public sealed class SqlMlflowStore : IMlflowStore
{
    /// <summary>How many runs, traces or models one query asks for.</summary>
    internal const int BatchSize = 200;

    // Of those who make the next version at once one succeeds in each round.
    private const int MaximumAttempts = 32;

    private readonly StorePlace _place;
    private readonly ISqlDatabase _database;
    private readonly ArtifactLocator _artifacts;
    private readonly TimeProvider _time;
    private SqlSchema? _schema;

    private SqlMlflowStore(string trackingUri, ISqlDatabase database, MlflowStoreOptions options)
    {
        TrackingUri = trackingUri;
        _place = database.FilePath is { } path
            ? StorePlace.OfPath("sqlite:///", path, options.Relocations)
            : StorePlace.OfAddress(trackingUri, options.Relocations);
        _database = database;
        _artifacts = new ArtifactLocator(options.Relocations);
        _time = options.Time;
    }

    /// <inheritdoc />
    public string TrackingUri { get; }

    /// <inheritdoc />
    public string Place => _place.Place;

    /// <inheritdoc />
    public IReadOnlyList<string> FormerPlaces => _place.FormerPlaces;

    /// <summary>How long another program's lock is waited for unless told otherwise: as long as MLflow itself waits.</summary>
    public static TimeSpan DefaultBusyTimeout { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Prepares a store; the database is first looked at with the first question.</summary>
    /// <param name="options">
    /// The tracking URI is <c>sqlite:///relative</c>, <c>sqlite:////absolute</c> or <c>postgresql[+driver]://user:password@host:port/database</c>.
    /// </param>
    /// <exception cref="BadInputException">The URI is not such a URI.</exception>
    public static SqlMlflowStore Open(MlflowStoreOptions options) => Open(options, DefaultBusyTimeout);

    /// <summary>Prepares a store that waits for locks as long as told.</summary>
    /// <param name="options">As for <see cref="Open(MlflowStoreOptions)"/>.</param>
    /// <param name="busyTimeout">How long another program's lock is waited for; at least a second.</param>
    /// <exception cref="BadInputException">The URI is not such a URI.</exception>
    public static SqlMlflowStore Open(MlflowStoreOptions options, TimeSpan busyTimeout)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(busyTimeout, TimeSpan.FromSeconds(1));
        var uri = SqlAlchemyUri.Parse(options.TrackingUri);
        ISqlDatabase database = uri.Dialect switch
        {
            "sqlite" => SqliteMlflowDatabase.Of(uri, busyTimeout),
            "postgresql" or "postgres" => PostgresMlflowDatabase.Of(uri, busyTimeout),
            _ => throw new BadInputException(
                $"{uri.Dialect} databases are not read directly",
                "Name an MLflow server in front of it: http://host:5000"
            ),
        };
        return new SqlMlflowStore(uri.Display, database, options);
    }

    /// <inheritdoc />
    public Task<StoreSize> MeasureAsync(int mostRuns, CancellationToken cancellationToken) =>
        ReadAsync(session => ExperimentQueries.MeasureAsync(session, mostRuns, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(CancellationToken cancellationToken) =>
        ReadAsync(session => ExperimentQueries.ListAsync(session, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<MlflowRun> ListRunsAsync(string experimentId, CancellationToken cancellationToken) =>
        ListInBatchesAsync(experimentId, RunQueries.ListIdsAsync, RunQueries.ReadAsync, cancellationToken);

    /// <inheritdoc />
    public async Task<MlflowRun?> FindRunAsync(string runId, CancellationToken cancellationToken) =>
        await ReadAsync(session => RunQueries.ReadAsync(session, [runId], cancellationToken), cancellationToken).ConfigureAwait(false)
            is [var run, ..]
            ? run
            : null;

    /// <inheritdoc />
    public Task<IReadOnlyList<MetricPoint>> ReadMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken) =>
        ReadAsync(session => RunQueries.ReadHistoryAsync(session, runId, key, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<LoggedModel?> FindLoggedModelAsync(string modelId, CancellationToken cancellationToken) =>
        ReadAsync(session => LoggedModelQueries.FindAsync(session, modelId, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<LoggedModel>> ListLoggedModelsAsync(string experimentId, CancellationToken cancellationToken) =>
        ExperimentNumber(experimentId) is { } number
            ? await ReadAsync(session => LoggedModelQueries.ListAsync(session, number, cancellationToken), cancellationToken)
                .ConfigureAwait(false)
            : [];

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedModelMetric>> ReadLoggedModelMetricsAsync(string modelId, CancellationToken cancellationToken) =>
        ReadAsync(session => LoggedModelQueries.ReadMetricsAsync(session, modelId, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RegisteredModel>> ListRegisteredModelsAsync(CancellationToken cancellationToken) =>
        ReadAsync(session => RegistryQueries.ListModelsAsync(session, prompts: false, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RegisteredModel>> ListPromptsAsync(CancellationToken cancellationToken) =>
        ReadAsync(session => RegistryQueries.ListModelsAsync(session, prompts: true, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListPromptVersionsAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync(session => RegistryQueries.ListVersionsAsync(session, name, prompts: true, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<RegisteredModel?> FindRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync(session => RegistryQueries.FindModelAsync(session, name, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<ModelVersion?> FindModelVersionAsync(string name, string version, CancellationToken cancellationToken) =>
        await ReadAsync(
                session => RegistryQueries.FindVersionAsync(session, name, MlflowNames.Version(version), cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync(session => RegistryQueries.ListVersionsAsync(session, name, prompts: false, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ModelVersion>> ListModelVersionsOfRunAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync(session => RegistryQueries.ListVersionsOfRunAsync(session, runId, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<Trace?> FindTraceAsync(string traceId, CancellationToken cancellationToken) =>
        await ReadAsync(session => TraceQueries.ReadAsync(session, [traceId], cancellationToken), cancellationToken).ConfigureAwait(false)
            is [var trace, ..]
            ? trace
            : null;

    /// <inheritdoc />
    public IAsyncEnumerable<Trace> ListTracesAsync(string experimentId, CancellationToken cancellationToken) =>
        ListInBatchesAsync(experimentId, TraceQueries.ListIdsAsync, TraceQueries.ReadAsync, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Assessment>> ListAssessmentsAsync(string traceId, CancellationToken cancellationToken) =>
        ReadAsync(session => AssessmentQueries.ListAsync(session, traceId, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task SetRunTagAsync(string runId, string key, string value, CancellationToken cancellationToken) =>
        WriteAsync(session => TagStatements.SetOfRunAsync(session, runId, key, value, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken) =>
        WriteAsync(session => TagStatements.SetOfModelAsync(session, name, key, value, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task SetModelVersionTagAsync(string name, string version, string key, string value, CancellationToken cancellationToken) =>
        WriteAsync(session => TagStatements.SetOfVersionAsync(session, name, version, key, value, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken) =>
        WriteAsync(session => TagStatements.SetOfTraceAsync(session, traceId, key, value, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<RegisteredModel> CreateRegisteredModelAsync(string name, CancellationToken cancellationToken) =>
        WriteAsync(session => RegistryStatements.CreateModelAsync(session, name, Now(), cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<ModelVersion> CreateModelVersionAsync(string name, string source, string? runId, CancellationToken cancellationToken) =>
        WriteAsync(
            session => RegistryStatements.CreateVersionAsync(session, name, source, runId, Now(), cancellationToken),
            cancellationToken
        );

    /// <inheritdoc />
    public Task<ModelVersion> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            session => RegistryStatements.TransitionAsync(session, name, version, stage, archiveExisting, Now(), cancellationToken),
            cancellationToken
        );

    /// <inheritdoc />
    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken) =>
        WriteAsync(session => RegistryStatements.SetAliasAsync(session, name, alias, version, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken) =>
        WriteAsync(session => RegistryStatements.DeleteAliasAsync(session, name, alias, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public IArtifactRepository OpenArtifacts(string artifactUri) => _artifacts.OpenLocal(artifactUri);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static long? ExperimentNumber(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async IAsyncEnumerable<T> ListInBatchesAsync<T>(
        string experimentId,
        Func<SqlSession, long, CancellationToken, Task<List<string>>> listIds,
        Func<SqlSession, IReadOnlyCollection<string>, CancellationToken, Task<IReadOnlyList<T>>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (ExperimentNumber(experimentId) is not { } number)
        {
            yield break;
        }

        var ids = await ReadAsync(session => listIds(session, number, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var batch in ids.Chunk(BatchSize))
        {
            // A transaction for each batch: a slow reader of this list must not keep MLflow from writing.
            foreach (
                var item in await ReadAsync(session => read(session, batch, cancellationToken), cancellationToken).ConfigureAwait(false)
            )
            {
                yield return item;
            }
        }
    }

    private Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> read, CancellationToken cancellationToken) =>
        InTransactionAsync(SqlAccess.Read, read, cancellationToken);

    private Task<bool> WriteAsync(Func<SqlSession, Task> write, CancellationToken cancellationToken) =>
        WriteAsync(
            async session =>
            {
                await write(session).ConfigureAwait(false);
                return true;
            },
            cancellationToken
        );

    private async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await InTransactionAsync(SqlAccess.Write, write, cancellationToken).ConfigureAwait(false);
            }
            catch (HallmarkException failure)
                when (attempt < MaximumAttempts && failure.InnerException is DbException cause && _database.IsWorthRetrying(cause))
            {
                // Somebody made the same version, or the same row, between our reading and our writing: look again.
            }
        }
    }

    private async Task<T> InTransactionAsync<T>(SqlAccess access, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _database.OpenAsync(access, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var schema = _schema ??= await ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
                var transaction = await _database.BeginAsync(connection, access, cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var answer = await work(new SqlSession(_database, schema, connection, transaction)).ConfigureAwait(false);
                    await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                    return answer;
                }
            }
        }
        catch (Exception failure) when (failure is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            throw _database.Explain(failure);
        }
    }

    private async Task<SqlSchema> ReadSchemaAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var schema = await _database.ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        schema.Check(_database.Name);
        return schema;
    }
}
