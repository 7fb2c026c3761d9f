using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>Experiments, runs, metrics and logged models as MLflow's SQL store answers them.</summary>
internal sealed class FixtureRuns(FixtureDatabase database, bool isVersion3, int tagLimit)
{
    public JsonObject SearchExperiments(FixtureRequest request)
    {
        var limit = request.Number("max_results") ?? 0;
        if (limit <= 0)
        {
            throw FixtureFailure.Invalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer");
        }

        var stages = request.FindText("view_type") switch
        {
            "ALL" => "'active','deleted'",
            "DELETED_ONLY" => "'deleted'",
            _ => "'active'",
        };
        return request.Page(
            "experiments",
            database.Query($"SELECT * FROM experiments WHERE lifecycle_stage IN ({stages}) ORDER BY creation_time DESC, experiment_id"),
            limit,
            Experiment
        );
    }

    public JsonObject GetExperiment(FixtureRequest request) =>
        new()
        {
            ["experiment"] = Experiment(
                database.Query("SELECT * FROM experiments WHERE experiment_id = @0", request.Text("experiment_id")).FirstOrDefault()
                    ?? throw FixtureFailure.Missing($"No Experiment with id={request.Text("experiment_id")} exists")
            ),
        };

    public JsonObject GetRun(FixtureRequest request) => new() { ["run"] = Run(Find(request.Text("run_id")), isLookedUp: true) };

    public FixtureRow Find(string runId) =>
        database.Query("SELECT * FROM runs WHERE run_uuid = @0", runId).FirstOrDefault()
        ?? throw FixtureFailure.Missing($"Run with id={runId} not found");

    public JsonObject SearchRuns(FixtureRequest request)
    {
        if (request.FindText("filter") is { Length: > 0 })
        {
            throw FixtureFailure.Invalid("this replay knows no filters of runs");
        }

        var stages = request.FindText("run_view_type") switch
        {
            "ALL" => "'active','deleted'",
            "DELETED_ONLY" => "'deleted'",
            _ => "'active'",
        };
        var order = request.FirstOf("order_by") switch
        {
            null or "attributes.start_time DESC" => "start_time IS NULL, start_time DESC, run_uuid",
            "attributes.start_time ASC" => "start_time IS NULL, start_time, run_uuid",
            var other => throw FixtureFailure.Invalid($"this replay knows no order by {other}"),
        };
        var rows = database.Query(
            $"SELECT * FROM runs WHERE experiment_id IN (SELECT value FROM json_each(@0)) AND lifecycle_stage IN ({stages}) ORDER BY {order}",
            request.ListText("experiment_ids")
        );
        return request.Page("runs", rows, request.Number("max_results") ?? 1000, row => Run(row, isLookedUp: false));
    }

    public JsonObject MetricHistory(FixtureRequest request)
    {
        var rows = database.Query(
            "SELECT key, value, is_nan, timestamp, step FROM metrics WHERE run_uuid = @0 AND key = @1 ORDER BY timestamp, step, value",
            request.Text("run_id"),
            request.Text("metric_key")
        );

        // MLflow 2 with SQL ignores max_results; MLflow 3 takes a missing one for 0.
        return request.Page("metrics", rows, isVersion3 ? request.Number("max_results") ?? 0 : int.MaxValue / 2, Metric);
    }

    public JsonObject SetTag(FixtureRequest request)
    {
        var (id, key, value) = (request.Text("run_id"), request.Text("key"), request.FindText("value") ?? "");
        if (Find(id).Text("lifecycle_stage") != "active")
        {
            throw FixtureFailure.Invalid($"The run {id} must be in the 'active' state. Current state is deleted.");
        }

        FixtureKeys.Check(key);
        value = value.Length > tagLimit ? value[..tagLimit] : value; // cut without a word, as MLflow does
        database.Execute(
            "INSERT INTO tags (key, value, run_uuid) VALUES (@0, @1, @2) ON CONFLICT DO UPDATE SET value = excluded.value",
            key,
            value,
            id
        );
        if (key == "mlflow.runName")
        {
            database.Execute("UPDATE runs SET name = @0 WHERE run_uuid = @1", value, id);
        }

        return [];
    }

    public JsonObject GetLoggedModel(string id) =>
        new()
        {
            ["model"] = LoggedModel(
                database.Query("SELECT * FROM logged_models WHERE model_id = @0 AND lifecycle_stage = 'active'", id).FirstOrDefault()
                    ?? throw FixtureFailure.Missing($"Logged model with ID '{id}' not found.")
            ),
        };

    public JsonObject SearchLoggedModels(FixtureRequest request) =>
        request.Page(
            "models",
            database.Query(
                "SELECT * FROM logged_models WHERE experiment_id = @0 AND lifecycle_stage = 'active' ORDER BY creation_timestamp_ms DESC",
                request.FirstOf("experiment_ids")
            ),
            request.Number("max_results") ?? 100,
            LoggedModel
        );

    private JsonObject Experiment(FixtureRow row)
    {
        var json = new JsonObject
        {
            ["experiment_id"] = row.Text("experiment_id"),
            ["name"] = row.Text("name"),
            ["artifact_location"] = row.Text("artifact_location"),
            ["lifecycle_stage"] = row.Text("lifecycle_stage"),
            ["last_update_time"] = row.Number("last_update_time"),
            ["creation_time"] = row.Number("creation_time"),
        };
        return FixturePairs.Add(
            json,
            "tags",
            database.Query("SELECT key, value FROM experiment_tags WHERE experiment_id = @0", row.Text("experiment_id"))
        );
    }

    private JsonObject Run(FixtureRow row, bool isLookedUp)
    {
        var id = row.Text("run_uuid");
        var info = new JsonObject
        {
            ["run_uuid"] = id,
            ["experiment_id"] = row.Text("experiment_id"),
            ["run_name"] = row.Text("name"),
            ["user_id"] = row.Text("user_id"),
            ["status"] = row.Text("status"),
            ["start_time"] = row.Number("start_time"),
            ["artifact_uri"] = row.Text("artifact_uri"),
            ["lifecycle_stage"] = row.Text("lifecycle_stage"),
            ["run_id"] = id,
        };
        if (row.Number("end_time") is { } end)
        {
            info["end_time"] = end;
        }

        var data = new JsonObject();
        var metrics = database.Query("SELECT * FROM latest_metrics WHERE run_uuid = @0", id);
        if (metrics.Count > 0)
        {
            data["metrics"] = new JsonArray([.. metrics.Select(Metric)]);
        }

        FixturePairs.Add(data, "params", database.Query("SELECT key, value FROM params WHERE run_uuid = @0", id));
        FixturePairs.Add(data, "tags", database.Query("SELECT key, value FROM tags WHERE run_uuid = @0", id));
        var run = new JsonObject
        {
            ["info"] = info,
            ["data"] = data,
            ["inputs"] = Inputs(id, isLookedUp),
        };
        if (isVersion3)
        {
            run["outputs"] = Models(
                "model_outputs",
                "RUN_OUTPUT",
                id,
                static row => new JsonObject { ["model_id"] = row.Text("destination_id"), ["step"] = row.Number("step") }
            );
        }

        return run;
    }

    // A search leaves out the models that a run used: only the run looked up has them (recorded).
    private JsonObject Inputs(string runId, bool isLookedUp)
    {
        var inputs =
            isVersion3 && isLookedUp
                ? Models("model_inputs", "RUN_INPUT", runId, static row => new JsonObject { ["model_id"] = row.Text("destination_id") })
                : [];
        var rows = database.Query(
            "SELECT i.input_uuid, d.* FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = @0 ORDER BY i.rowid",
            runId
        );
        if (rows.Count > 0)
        {
            inputs["dataset_inputs"] = new JsonArray([.. rows.Select(Dataset)]);
        }

        return inputs;
    }

    private JsonObject Dataset(FixtureRow row)
    {
        var dataset = new JsonObject
        {
            ["name"] = row.Text("name"),
            ["digest"] = row.Text("digest"),
            ["source_type"] = row.Text("dataset_source_type"),
            ["source"] = row.Text("dataset_source"),
        };
        foreach (var member in new[] { "schema", "profile" })
        {
            if (row.FindText("dataset_" + member) is { } text)
            {
                dataset[member] = text;
            }
        }

        var input = FixturePairs.Add(
            [],
            "tags",
            database.Query("SELECT name AS key, value FROM input_tags WHERE input_uuid = @0", row.Text("input_uuid"))
        );
        input["dataset"] = dataset;
        return input;
    }

    private JsonObject Models(string member, string sourceType, string runId, Func<FixtureRow, JsonNode> write)
    {
        var rows = database.Query("SELECT * FROM inputs WHERE source_type = @0 AND source_id = @1 ORDER BY rowid", sourceType, runId);
        return rows.Count == 0 ? [] : new JsonObject { [member] = new JsonArray([.. rows.Select(write)]) };
    }

    private static JsonObject Metric(FixtureRow row) =>
        new()
        {
            ["key"] = row.Text("key"),
            ["value"] = row.Number("is_nan") == 1 ? "NaN" : JsonValue.Create(row.Double("value")),
            ["timestamp"] = row.Number("timestamp"),
            ["step"] = row.Number("step"),
        };

    private JsonObject LoggedModel(FixtureRow row)
    {
        var id = row.Text("model_id");
        var info = new JsonObject
        {
            ["model_id"] = id,
            ["experiment_id"] = row.Text("experiment_id"),
            ["name"] = row.Text("name"),
            ["creation_timestamp_ms"] = row.Number("creation_timestamp_ms"),
            ["last_updated_timestamp_ms"] = row.Number("last_updated_timestamp_ms"),
            ["artifact_uri"] = row.Text("artifact_location"),
            ["status"] = row.Number("status") switch
            {
                1 => "LOGGED_MODEL_PENDING",
                2 => "LOGGED_MODEL_READY",
                _ => "LOGGED_MODEL_UPLOAD_FAILED",
            },
            ["model_type"] = row.Text("model_type"),
            ["source_run_id"] = row.Text("source_run_id"),
        };
        FixturePairs.Add(
            info,
            "tags",
            database.Query("SELECT tag_key AS key, tag_value AS value FROM logged_model_tags WHERE model_id = @0", id)
        );
        var data = FixturePairs.Add(
            [],
            "params",
            database.Query("SELECT param_key AS key, param_value AS value FROM logged_model_params WHERE model_id = @0", id)
        );
        var metrics = database.Query("SELECT * FROM logged_model_metrics WHERE model_id = @0", id);
        if (metrics.Count > 0)
        {
            data["metrics"] = new JsonArray([.. metrics.Select(LoggedModelMetric)]);
        }

        return new JsonObject { ["info"] = info, ["data"] = data };
    }

    private static JsonObject LoggedModelMetric(FixtureRow row)
    {
        var json = new JsonObject
        {
            ["key"] = row.Text("metric_name"),
            ["value"] = row.Double("metric_value"),
            ["timestamp"] = row.Number("metric_timestamp_ms"),
            ["step"] = row.Number("metric_step"),
            ["model_id"] = row.Text("model_id"),
            ["run_id"] = row.Text("run_id"),
        };
        foreach (var member in new[] { "dataset_name", "dataset_digest" })
        {
            if (row.FindText(member) is { } text)
            {
                json[member] = text;
            }
        }

        return json;
    }
}
