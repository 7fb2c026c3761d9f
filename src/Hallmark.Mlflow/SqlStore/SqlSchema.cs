using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Which of MLflow's tables and columns a database has. Tables grew from 2.14 to 3.10: columns are looked at, never the version number.</summary>
internal sealed class SqlSchema
{
    /// <summary>The workspace of a server (3.10 and later) that has workspaces switched off, and of every row written without one.</summary>
    private const string DefaultWorkspace = "default";

    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["experiments"] = ["experiment_id", "name", "artifact_location", "lifecycle_stage"],
        ["runs"] = ["run_uuid", "name", "user_id", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri", "experiment_id"],
        ["tags"] = ["key", "value", "run_uuid"],
        ["params"] = ["key", "value", "run_uuid"],
        ["metrics"] = ["key", "value", "timestamp", "step", "is_nan", "run_uuid"],
        ["latest_metrics"] = ["key", "value", "timestamp", "step", "is_nan", "run_uuid"],
    };

    private static readonly Dictionary<string, string[]> Optional = new(StringComparer.Ordinal)
    {
        ["experiment_tags"] = ["key", "value", "experiment_id"],
        ["datasets"] = ["dataset_uuid", "name", "digest", "dataset_source_type", "dataset_source", "dataset_schema", "dataset_profile"],
        ["inputs"] = ["input_uuid", "source_type", "source_id", "destination_type", "destination_id"],
        ["input_tags"] = ["input_uuid", "name", "value"],
        ["registered_models"] = ["name", "creation_time", "last_updated_time", "description"],
        ["registered_model_tags"] = ["key", "value", "name"],
        ["registered_model_aliases"] = ["name", "alias", "version"],
        ["model_versions"] =
        [
            "name",
            "version",
            "creation_time",
            "last_updated_time",
            "description",
            "user_id",
            "current_stage",
            "source",
            "run_id",
            "status",
            "run_link",
        ],
        ["model_version_tags"] = ["key", "value", "name", "version"],
        ["logged_models"] =
        [
            "model_id",
            "experiment_id",
            "name",
            "artifact_location",
            "status",
            "lifecycle_stage",
            "model_type",
            "source_run_id",
        ],
        ["logged_model_params"] = ["model_id", "param_key", "param_value"],
        ["logged_model_tags"] = ["model_id", "tag_key", "tag_value"],
        ["logged_model_metrics"] =
        [
            "model_id",
            "metric_name",
            "metric_timestamp_ms",
            "metric_step",
            "metric_value",
            "run_id",
            "dataset_name",
            "dataset_digest",
        ],
        ["assessments"] =
        [
            "assessment_id",
            "trace_id",
            "name",
            "assessment_type",
            "value",
            "error",
            "created_timestamp",
            "last_updated_timestamp",
            "source_type",
            "source_id",
            "span_id",
            "rationale",
            "overrides",
            "valid",
            "assessment_metadata",
        ],
        ["trace_info"] = ["request_id", "experiment_id", "timestamp_ms", "execution_time_ms", "status"],
        ["trace_tags"] = ["key", "value", "request_id"],
        ["trace_request_metadata"] = ["key", "value", "request_id"],
    };

    private readonly Dictionary<string, Dictionary<string, int?>> _tables = new(StringComparer.Ordinal);

    /// <summary>Notes a column.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="column">Its name.</param>
    /// <param name="maximumLength">The most characters it takes, or null where it has no bound.</param>
    public void Add(string table, string column, int? maximumLength)
    {
        if (!_tables.TryGetValue(table, out var columns))
        {
            _tables[table] = columns = new Dictionary<string, int?>(StringComparer.Ordinal);
        }

        columns[column] = maximumLength;
    }

    /// <summary>True where the table exists.</summary>
    public bool Has(string table) => _tables.ContainsKey(table);

    /// <summary>True where the table has the column.</summary>
    public bool Has(string table, string column) => _tables.TryGetValue(table, out var columns) && columns.ContainsKey(column);

    /// <summary>The most characters that a column takes, or null where it has no bound.</summary>
    public int? MaximumLength(string table, string column) =>
        _tables.TryGetValue(table, out var columns) ? columns.GetValueOrDefault(column) : null;

    /// <summary>The condition that keeps a query to the default workspace, on tables that know workspaces; else nothing.</summary>
    public SqlFragment AndDefaultWorkspace(string table) =>
        Has(table, "workspace") ? new SqlFragment($" AND workspace = '{DefaultWorkspace}'") : SqlFragment.Empty;

    /// <summary>The further column of a table's key where it knows workspaces (rows are inserted without it and get the default); else nothing.</summary>
    public SqlFragment WorkspaceInKey(string table) => Has(table, "workspace") ? new SqlFragment(", workspace") : SqlFragment.Empty;

    /// <summary>Makes sure that this is a database of MLflow, in a form that we can read.</summary>
    /// <param name="database">How messages call the database.</param>
    /// <exception cref="MlflowFormatException">It is not; the message names what is missing.</exception>
    public void Check(string database)
    {
        var missing = Required.Keys.Where(table => !Has(table)).ToList();
        if (missing.Count == Required.Count)
        {
            throw new MlflowFormatException(
                $"{database} holds no MLflow tables",
                "Is this the right database? MLflow makes its tables when it first opens one",
                "Its user may need the right to read them"
            );
        }

        if (missing.Count > 0)
        {
            throw new MlflowFormatException($"{database} has an unknown schema: the table {missing[0]} is missing", Hint);
        }

        foreach (var (table, columns) in Required.Concat(Optional.Where(pair => Has(pair.Key))))
        {
            if (columns.FirstOrDefault(column => !Has(table, column)) is { } column)
            {
                throw new MlflowFormatException($"{database} has an unknown schema: the column {table}.{column} is missing", Hint);
            }
        }
    }

    private const string Hint = "Known are the schemas of MLflow 2.14 to 3.10; bring an older one up with: mlflow db upgrade <uri>";
}
