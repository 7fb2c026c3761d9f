using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>The model registry as MLflow's SQL store answers it.</summary>
internal sealed partial class FixtureRegistry(FixtureDatabase database, TimeProvider time)
{
    private static readonly string[] Stages = ["None", "Staging", "Production", "Archived"];

    private const string Prompt =
        "EXISTS (SELECT 1 FROM registered_model_tags t WHERE t.name = m.name AND t.key = 'mlflow.prompt.is_prompt' AND t.value = 'true')";

    private const string NotPrompt = "NOT " + Prompt;

    // A search leaves prompts out unless its filter asks for their tag.
    private const string PromptFilter = "tags.`mlflow.prompt.is_prompt` = 'true'";

    public JsonObject GetModel(FixtureRequest request) => new() { ["registered_model"] = Model(FindModel(request.Text("name"))) };

    public JsonObject SearchModels(FixtureRequest request) =>
        request.Page(
            "registered_models",
            database.Query(
                request.FindText("filter") switch
                {
                    null or "" => $"SELECT * FROM registered_models m WHERE {NotPrompt} ORDER BY name",
                    PromptFilter => $"SELECT * FROM registered_models m WHERE {Prompt} ORDER BY name",
                    var other => throw FixtureFailure.Invalid($"this replay knows no filter {other}"),
                }
            ),
            request.Number("max_results") ?? 100,
            Model
        );

    public JsonObject CreateModel(FixtureRequest request)
    {
        var name = request.Text("name");
        if (database.Query("SELECT name FROM registered_models WHERE name = @0", name).Count > 0)
        {
            throw new FixtureFailure(400, "RESOURCE_ALREADY_EXISTS", $"Registered Model (name={name}) already exists.");
        }

        database.Execute(
            "INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES (@0, @1, @1, @2)",
            name,
            Now,
            request.FindText("description")
        );
        foreach (var (key, value) in request.Tags)
        {
            database.Execute("INSERT INTO registered_model_tags (key, value, name) VALUES (@0, @1, @2)", key, value, name);
        }

        return GetModel(request);
    }

    public JsonObject SetModelTag(FixtureRequest request)
    {
        FindModel(request.Text("name"));
        FixtureKeys.Check(request.Text("key"));
        database.Execute(
            "INSERT INTO registered_model_tags (key, value, name) VALUES (@0, @1, @2) ON CONFLICT DO UPDATE SET value = excluded.value",
            request.Text("key"),
            request.FindText("value") ?? "",
            request.Text("name")
        );
        return [];
    }

    public JsonObject GetVersion(FixtureRequest request) => new() { ["model_version"] = Version(FindVersion(request), withAliases: true) };

    public JsonObject DownloadUri(FixtureRequest request)
    {
        var version = FindVersion(request);
        return new JsonObject { ["artifact_uri"] = version.FindText("storage_location") ?? version.Text("source") };
    }

    public JsonObject SearchVersions(FixtureRequest request)
    {
        var asked = request.FindText("filter") ?? "";
        var prompts = asked.EndsWith(PromptFilter, StringComparison.Ordinal);
        asked = prompts ? asked[..^PromptFilter.Length].Replace(" AND ", "", StringComparison.Ordinal) : asked;
        var (where, value) = asked is { Length: > 0 } filter
            ? Filter().Match(filter) is { Success: true } match
                ? ($"m.{match.Groups["column"].Value} = @0", match.Groups["value"].Value[1..^1])
                : throw FixtureFailure.Invalid($"Invalid filter: {filter}")
            : ("1 = 1 OR @0", "");
        var rows = database.Query(
            $"SELECT m.* FROM model_versions m WHERE ({where}) AND m.current_stage <> 'Deleted_Internal' AND {(prompts ? Prompt : NotPrompt)} ORDER BY m.last_updated_time DESC, m.name, m.version DESC",
            value
        );
        return request.Page("model_versions", rows, request.Number("max_results") ?? 10_000, row => Version(row, withAliases: false));
    }

    public JsonObject CreateVersion(FixtureRequest request)
    {
        var (name, source) = (request.Text("name"), request.Text("source"));
        if (source.StartsWith('/') || source.StartsWith("file:", StringComparison.Ordinal))
        {
            throw FixtureFailure.Invalid($"Invalid model version source: '{source}'.");
        }

        FindModel(name);
        var runId = request.FindText("run_id") ?? "";
        if (request.FindText("model_id") is { Length: > 0 } modelId && database.HasTable("logged_models"))
        {
            var model =
                database.Query("SELECT source_run_id FROM logged_models WHERE model_id = @0", modelId).FirstOrDefault()
                ?? throw FixtureFailure.Missing($"Logged model with ID '{modelId}' not found.");
            runId = runId.Length > 0 ? runId : model.Text("source_run_id");
        }

        var version = database
            .Query("SELECT COALESCE(MAX(version), 0) + 1 AS next FROM model_versions WHERE name = @0", name)[0]
            .Number("next");
        database.Execute(
            "INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, current_stage, source, run_id, status, run_link, storage_location) VALUES (@0, @1, @2, @2, @5, 'None', @3, @4, 'READY', '', @3)",
            name,
            version,
            Now,
            source,
            runId,
            request.FindText("description") ?? ""
        );
        foreach (var (key, value) in request.Tags)
        {
            database.Execute(
                "INSERT INTO model_version_tags (key, value, name, version) VALUES (@0, @1, @2, @3)",
                key,
                value,
                name,
                version
            );
        }

        database.Execute("UPDATE registered_models SET last_updated_time = @0 WHERE name = @1", Now, name);
        return new JsonObject
        {
            ["model_version"] = Version(FindVersion(name, version!.Value.ToString(CultureInfo.InvariantCulture)), withAliases: false),
        };
    }

    public JsonObject SetVersionTag(FixtureRequest request)
    {
        FindVersion(request);
        FixtureKeys.Check(request.Text("key"));
        database.Execute(
            "INSERT INTO model_version_tags (key, value, name, version) VALUES (@0, @1, @2, @3) ON CONFLICT DO UPDATE SET value = excluded.value",
            request.Text("key"),
            request.FindText("value") ?? "",
            request.Text("name"),
            request.Text("version")
        );
        return [];
    }

    public JsonObject Transition(FixtureRequest request)
    {
        var given = request.Text("stage");
        var stage =
            Array.Find(Stages, s => s.Equals(given, StringComparison.OrdinalIgnoreCase))
            ?? throw FixtureFailure.Invalid($"Invalid Model Version stage: {given}. Value must be one of {string.Join(", ", Stages)}.");
        if (request.IsTrue("archive_existing_versions") && stage is ("None" or "Archived"))
        {
            throw FixtureFailure.Invalid(
                $"Model version transition cannot archive existing model versions because '{stage}' is not an Active stage."
            );
        }

        FindVersion(request);
        if (request.IsTrue("archive_existing_versions"))
        {
            database.Execute(
                "UPDATE model_versions SET current_stage = 'Archived', last_updated_time = @0 WHERE name = @1 AND version <> @2 AND current_stage = @3",
                Now,
                request.Text("name"),
                request.Text("version"),
                stage
            );
        }

        database.Execute(
            "UPDATE model_versions SET current_stage = @0, last_updated_time = @1 WHERE name = @2 AND version = @3",
            stage,
            Now,
            request.Text("name"),
            request.Text("version")
        );
        return new JsonObject { ["model_version"] = Version(FindVersion(request), withAliases: false) };
    }

    public JsonObject SetAlias(FixtureRequest request)
    {
        var alias = request.Text("alias");
        if (alias.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            throw FixtureFailure.Invalid("'latest' alias name (case insensitive) is reserved.");
        }

        if (!AliasName().IsMatch(alias) || NumberedAlias().IsMatch(alias))
        {
            throw FixtureFailure.Invalid($"Invalid alias name: '{alias}'");
        }

        FindVersion(request);
        database.Execute(
            "INSERT INTO registered_model_aliases (alias, version, name) VALUES (@0, @1, @2) ON CONFLICT DO UPDATE SET version = excluded.version",
            alias,
            request.Text("version"),
            request.Text("name")
        );
        return [];
    }

    public JsonObject GetAlias(FixtureRequest request)
    {
        FindModel(request.Text("name"));
        var alias =
            database
                .Query(
                    "SELECT version FROM registered_model_aliases WHERE name = @0 AND alias = @1",
                    request.Text("name"),
                    request.Text("alias")
                )
                .FirstOrDefault()
            ?? throw FixtureFailure.Invalid($"Registered model alias {request.Text("alias")} not found.");
        return new JsonObject { ["model_version"] = Version(FindVersion(request.Text("name"), alias.Text("version")), withAliases: true) };
    }

    public JsonObject DeleteAlias(FixtureRequest request)
    {
        FindModel(request.Text("name"));
        database.Execute(
            "DELETE FROM registered_model_aliases WHERE name = @0 AND alias = @1",
            request.Text("name"),
            request.Text("alias")
        );
        return [];
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private FixtureRow FindModel(string name) =>
        database.Query("SELECT * FROM registered_models WHERE name = @0", name).FirstOrDefault()
        ?? throw FixtureFailure.Missing($"Registered Model with name={name} not found");

    private FixtureRow FindVersion(FixtureRequest request) => FindVersion(request.Text("name"), request.Text("version"));

    private FixtureRow FindVersion(string name, string version)
    {
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw FixtureFailure.Invalid($"Parameter 'version' must be an integer, got '{version}'.");
        }

        return database
                .Query(
                    "SELECT * FROM model_versions WHERE name = @0 AND version = @1 AND current_stage <> 'Deleted_Internal'",
                    name,
                    version
                )
                .FirstOrDefault()
            ?? throw FixtureFailure.Missing($"Model Version (name={name}, version={version}) not found");
    }

    private JsonObject Model(FixtureRow row)
    {
        var name = row.Text("name");
        var json = new JsonObject
        {
            ["name"] = name,
            ["creation_timestamp"] = row.Number("creation_time"),
            ["last_updated_timestamp"] = row.Number("last_updated_time"),
        };
        if (row.FindText("description") is { Length: > 0 } description)
        {
            json["description"] = description;
        }

        var latest = database.Query(
            "SELECT * FROM model_versions v WHERE name = @0 AND current_stage <> 'Deleted_Internal' AND version = (SELECT MAX(version) FROM model_versions w WHERE w.name = v.name AND w.current_stage = v.current_stage) ORDER BY version",
            name
        );
        if (latest.Count > 0)
        {
            json["latest_versions"] = new JsonArray([.. latest.Select(v => Version(v, withAliases: false))]);
        }

        FixturePairs.Add(json, "tags", database.Query("SELECT key, value FROM registered_model_tags WHERE name = @0", name));
        var aliases = database.Query("SELECT alias, version FROM registered_model_aliases WHERE name = @0", name);
        if (aliases.Count > 0)
        {
            json["aliases"] = new JsonArray([
                .. aliases.Select(static a => new JsonObject { ["alias"] = a.Text("alias"), ["version"] = a.Text("version") }),
            ]);
        }

        return json;
    }

    private JsonObject Version(FixtureRow row, bool withAliases)
    {
        var (name, version) = (row.Text("name"), row.Text("version"));
        var json = new JsonObject
        {
            ["name"] = name,
            ["version"] = version,
            ["creation_timestamp"] = row.Number("creation_time"),
            ["last_updated_timestamp"] = row.Number("last_updated_time"),
            ["current_stage"] = row.Text("current_stage"),
            ["description"] = row.Text("description"),
            ["source"] = row.Text("source"),
            ["run_id"] = row.Text("run_id"),
            ["status"] = row.Text("status"),
            ["run_link"] = row.Text("run_link"),
        };
        FixturePairs.Add(
            json,
            "tags",
            database.Query("SELECT key, value FROM model_version_tags WHERE name = @0 AND version = @1", name, version)
        );
        var aliases = withAliases
            ? database.Query("SELECT alias FROM registered_model_aliases WHERE name = @0 AND version = @1", name, version)
            : [];
        if (aliases.Count > 0)
        {
            json["aliases"] = new JsonArray([.. aliases.Select(static a => (JsonNode)a.Text("alias"))]);
        }

        return json;
    }

    [GeneratedRegex("""^(?<column>name|run_id) ?= ?(?<value>'[^']*'|"[^"]*")$""", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Filter();

    [GeneratedRegex(@"^[\w\-]{1,255}$", RegexOptions.None, 60_000)]
    private static partial Regex AliasName();

    [GeneratedRegex("^[vV][0-9]+$", RegexOptions.None, 60_000)]
    private static partial Regex NumberedAlias();
}
