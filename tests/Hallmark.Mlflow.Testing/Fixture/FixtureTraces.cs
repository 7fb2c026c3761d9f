using System.Globalization;
using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>Traces as MLflow's SQL store answers them, by the 2.0 and the 3.0 routes.</summary>
/// <param name="database">The database.</param>
/// <param name="shownLength">How much of a tag or metadata value an answer shows: 2.14 cuts at 250.</param>
internal sealed class FixtureTraces(FixtureDatabase database, int shownLength)
{
    public JsonObject InfoV2(string id) => new() { ["trace_info"] = TraceV2(Find(id)) };

    public JsonObject InfoV3(string id)
    {
        var row = Find(id);
        var info = new JsonObject
        {
            ["trace_id"] = id,
            ["trace_location"] = new JsonObject
            {
                ["type"] = "MLFLOW_EXPERIMENT",
                ["mlflow_experiment"] = new JsonObject { ["experiment_id"] = row.Text("experiment_id") },
            },
            ["request_time"] = Time(row.Number("timestamp_ms") ?? 0),
            ["execution_duration"] = Duration(row.Number("execution_time_ms") ?? 0),
            ["state"] = row.Text("status"),
            ["trace_metadata"] = Map(Metadata(id)),
            ["tags"] = Map(Tags(id)),
        };
        var assessments = database.HasTable("assessments")
            ? database.Query("SELECT * FROM assessments WHERE trace_id = @0 ORDER BY created_timestamp DESC", id)
            : [];
        if (assessments.Count > 0)
        {
            info["assessments"] = new JsonArray([.. assessments.Select(Assessment)]);
        }

        foreach (var member in new[] { "client_request_id", "request_preview", "response_preview" })
        {
            if (row.FindText(member) is { } text)
            {
                info[member] = text;
            }
        }

        return new JsonObject { ["trace"] = new JsonObject { ["trace_info"] = info } };
    }

    public JsonObject Search(FixtureRequest request)
    {
        var limit = request.Number("max_results") ?? 100;
        if (limit > 500)
        {
            throw FixtureFailure.Invalid("Invalid value for request parameter max_results. It must be at most 500");
        }

        if (request.FindText("filter") is { Length: > 0 } || request.FindText("order_by") is not (null or "timestamp_ms DESC"))
        {
            throw FixtureFailure.Invalid("this replay knows neither filters of traces nor other orders");
        }

        var rows = database.Query(
            "SELECT * FROM trace_info WHERE experiment_id = @0 ORDER BY timestamp_ms DESC, request_id",
            request.Text("experiment_ids")
        );
        return request.Page("traces", rows, limit, TraceV2);
    }

    public JsonObject SetTag(string id, FixtureRequest request)
    {
        var (key, value) = (request.Text("key"), request.FindText("value") ?? "");
        FixtureKeys.Check(key);
        if (database.Query("SELECT request_id FROM trace_info WHERE request_id = @0", id).Count == 0)
        {
            throw new FixtureFailure(400, "BAD_REQUEST", "(sqlite3.IntegrityError) FOREIGN KEY constraint failed");
        }

        database.Execute(
            "INSERT INTO trace_tags (key, value, request_id) VALUES (@0, @1, @2) ON CONFLICT DO UPDATE SET value = excluded.value",
            key,
            value.Length > 8000 ? value[..8000] : value,
            id
        );
        return [];
    }

    private FixtureRow Find(string id) =>
        database.Query("SELECT * FROM trace_info WHERE request_id = @0", id).FirstOrDefault()
        ?? throw FixtureFailure.Missing($"Trace with ID '{id}' not found.");

    private JsonObject TraceV2(FixtureRow row)
    {
        var id = row.Text("request_id");
        var json = new JsonObject
        {
            ["request_id"] = id,
            ["experiment_id"] = row.Text("experiment_id"),
            ["timestamp_ms"] = row.Number("timestamp_ms"),
            ["execution_time_ms"] = row.Number("execution_time_ms"),
            ["status"] = row.Text("status"),
        };
        FixturePairs.Add(json, "request_metadata", Metadata(id));
        return FixturePairs.Add(json, "tags", Tags(id));
    }

    private List<FixtureRow> Metadata(string id) =>
        database.Query("SELECT key, substr(value, 1, @1) AS value FROM trace_request_metadata WHERE request_id = @0", id, shownLength);

    private List<FixtureRow> Tags(string id) =>
        database.Query("SELECT key, substr(value, 1, @1) AS value FROM trace_tags WHERE request_id = @0", id, shownLength);

    private static JsonObject Assessment(FixtureRow row)
    {
        var json = new JsonObject
        {
            ["assessment_id"] = row.Text("assessment_id"),
            ["assessment_name"] = row.Text("name"),
            ["trace_id"] = row.Text("trace_id"),
            ["source"] = new JsonObject { ["source_type"] = row.Text("source_type"), ["source_id"] = row.Text("source_id") },
            ["create_time"] = Time(row.Number("created_timestamp") ?? 0),
            ["last_update_time"] = Time(row.Number("last_updated_timestamp") ?? 0),
            ["valid"] = row.Number("valid") == 1,
        };

        // Lists and objects come as JSON text in a member of their own.
        var value = JsonNode.Parse(row.Text("value"));
        json[row.Text("assessment_type")] = value is JsonObject or JsonArray
            ? new JsonObject
            {
                ["serialized_value"] = new JsonObject { ["serialization_format"] = "JSON_FORMAT", ["value"] = row.Text("value") },
            }
            : new JsonObject { ["value"] = value };
        if (row.FindText("rationale") is { } rationale)
        {
            json["rationale"] = rationale;
        }

        if (row.FindText("assessment_metadata") is { } metadata)
        {
            json["metadata"] = JsonNode.Parse(metadata);
        }

        return json;
    }

    private static JsonObject Map(List<FixtureRow> rows) =>
        new(rows.Select(static r => KeyValuePair.Create(r.Text("key"), (JsonNode?)JsonValue.Create(r.Text("value")))));

    private static string Time(long milliseconds)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return time.ToString(
            milliseconds % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            CultureInfo.InvariantCulture
        );
    }

    private static string Duration(long milliseconds) =>
        milliseconds % 1000 == 0
            ? $"{milliseconds / 1000}s"
            : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}.{milliseconds % 1000:000}s");
}
