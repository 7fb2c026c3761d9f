using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>
/// An MLflow tracking server over real HTTP, on a copy of the database and the artifacts that a real server left (<c>testdata/mlflow/&lt;version&gt;/sqlite</c>).
/// It knows the routes that Hallmark uses, answers as the recordings of that version do (a test holds it against them), and has the same habits: chunked
/// bodies lost on 3.x, 500 for a missing artifact, tags cut without a word.
/// </summary>
public sealed class FixtureMlflowServer : IAsyncDisposable
{
    private const string Page = "<!doctype html>\n<html lang=en>\n<title>{0}</title>\n<h1>{1}</h1>\n<p>{2}</p>\n";

    private readonly LoopbackServer _server;

    private readonly TemporaryFolder _temporary;

    private FixtureMlflowServer(LoopbackServer server, TemporaryFolder temporary, string folder)
    {
        _server = server;
        _temporary = temporary;
        Folder = folder;
    }

    /// <summary>The tracking URI.</summary>
    public string Address => _server.Address;

    /// <summary>The copy: <c>mlflow.db</c> and <c>artifacts/</c>.</summary>
    public string Folder { get; }

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<AskedRequest> Asked => _server.Asked;

    /// <summary>Starts a server on a fresh copy of a fixture.</summary>
    /// <param name="version"><c>2.14</c>, <c>2.22</c> or <c>3.6</c>.</param>
    /// <param name="fixture"><c>sqlite</c> (proxied artifacts) or <c>sqlite-direct</c> (<c>file:</c> URIs that only the server can read).</param>
    public static async Task<FixtureMlflowServer> StartAsync(string version, string fixture = "sqlite")
    {
        var folder = new TemporaryFolder(); // deleted with the server
        var copy = folder.CopyOf(ProjectFiles.TestData($"mlflow/{version}/{fixture}"), "mlflow-" + version);
        var handler = new Handler(version, copy);
        return new FixtureMlflowServer(await LoopbackServer.StartAsync(handler.AnswerAsync), folder, copy);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _temporary.Dispose();
    }

    private sealed class Handler
    {
        private const string A2 = "/api/2.0/mlflow/";
        private const string Art = "/api/2.0/mlflow-artifacts/artifacts";

        // Where the artifacts of the fixture without a server once lay.
        private const string DirectRoot = "file:///srv/mlflow/direct/artifacts/";

        private readonly bool _isVersion3;
        private readonly string _version;
        private readonly FixtureDatabase _database;
        private readonly FixtureRuns _runs;
        private readonly FixtureRegistry _registry;
        private readonly FixtureTraces _traces;
        private readonly FixtureArtifacts _artifacts;

        public Handler(string version, string folder)
        {
            _version = version;
            _isVersion3 = version.StartsWith('3');
            _database = new FixtureDatabase(Path.Combine(folder, "mlflow.db"));
            _runs = new FixtureRuns(_database, _isVersion3, version == "2.14" ? 5000 : 8000);
            _registry = new FixtureRegistry(_database, TimeProvider.System);
            _traces = new FixtureTraces(_database, version == "2.14" ? 250 : int.MaxValue);
            _artifacts = new FixtureArtifacts(Path.Combine(folder, "artifacts"));
        }

        public async Task AnswerAsync(HttpContext context)
        {
            try
            {
                var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
                var path = Uri.UnescapeDataString(raw[0]);
                var body = await BodyAsync(context);
                if (
                    path.StartsWith(Art + "/", StringComparison.Ordinal)
                    || path is "/get-artifact"
                    || path.EndsWith("/artifacts/files", StringComparison.Ordinal)
                )
                {
                    await FileAsync(context, path, body);
                    return;
                }

                if (path is "/health" or "/version")
                {
                    await TextAsync(context, 200, "text/html; charset=utf-8", path == "/health" ? "OK" : _version);
                    return;
                }

                await JsonAsync(context, 200, Answer(Parse(context, path, body)));
            }
            catch (FixtureFailure failure) when (failure.Code is not null)
            {
                await JsonAsync(context, failure.Status, new JsonObject { ["error_code"] = failure.Code, ["message"] = failure.Message });
            }
            catch (FixtureFailure failure)
            {
                await TextAsync(context, failure.Status, "text/html; charset=utf-8", failure.Message);
            }
        }

        private JsonObject Answer(FixtureRequest request) =>
            (request.Method, request.Path) switch
            {
                ("GET" or "POST", A2 + "experiments/search") => _runs.SearchExperiments(request),
                ("GET", A2 + "experiments/get") => _runs.GetExperiment(request),
                ("GET", A2 + "runs/get") => _runs.GetRun(request),
                ("POST", A2 + "runs/search") => _runs.SearchRuns(request),
                ("POST", A2 + "runs/set-tag") => _runs.SetTag(request),
                ("GET", A2 + "metrics/get-history") => _runs.MetricHistory(request),
                ("GET", A2 + "artifacts/list") => ListOfRun(request),
                ("GET", Art) => Listing(request.QueryText("path"), prefix: ""),
                ("POST", A2 + "logged-models/search") when _isVersion3 => _runs.SearchLoggedModels(request),
                ("GET", A2 + "registered-models/get") => _registry.GetModel(request),
                ("GET", A2 + "registered-models/search") => _registry.SearchModels(request),
                ("POST", A2 + "registered-models/create") => _registry.CreateModel(request),
                ("POST", A2 + "registered-models/set-tag") => _registry.SetModelTag(request),
                ("POST", A2 + "registered-models/alias") => _registry.SetAlias(request),
                ("GET", A2 + "registered-models/alias") => _registry.GetAlias(request),
                ("DELETE", A2 + "registered-models/alias") => _registry.DeleteAlias(request),
                ("GET", A2 + "model-versions/get") => _registry.GetVersion(request),
                ("GET", A2 + "model-versions/get-download-uri") => _registry.DownloadUri(request),
                ("GET", A2 + "model-versions/search") => _registry.SearchVersions(request),
                ("POST", A2 + "model-versions/create") => _registry.CreateVersion(request),
                ("POST", A2 + "model-versions/set-tag") => _registry.SetVersionTag(request),
                ("POST", A2 + "model-versions/transition-stage") => _registry.Transition(request),
                ("GET", A2 + "traces") => _traces.Search(request),
                _ => ById(request),
            };

        /// <summary>The routes with an id in their path.</summary>
        private JsonObject ById(FixtureRequest request) =>
            (request.Method, request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
            {
                ("GET", ["api", "2.0", "mlflow", "traces", var id, "info"]) => _traces.InfoV2(id),
                ("PATCH", ["api", "2.0", "mlflow", "traces", var id, "tags"]) => _traces.SetTag(id, request),
                ("GET", ["api", "3.0", "mlflow", "traces", var id]) when _isVersion3 => _traces.InfoV3(id),
                ("GET", ["api", "2.0", "mlflow", "logged-models", var id]) when _isVersion3 => _runs.GetLoggedModel(id),
                ("GET", ["api", "2.0", "mlflow", "logged-models", var id, "artifacts", "directories"]) when _isVersion3 =>
                    ListOfLoggedModel(id, request),
                _ => throw new FixtureFailure(
                    404,
                    null,
                    Html(
                        "404 Not Found",
                        "Not Found",
                        "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."
                    )
                ),
            };

        private JsonObject ListOfRun(FixtureRequest request) =>
            ListOf(_runs.Find(request.Text("run_id")).Text("artifact_uri"), request.QueryText("path"));

        private JsonObject ListOfLoggedModel(string id, FixtureRequest request) =>
            ListOf(
                _runs.GetLoggedModel(id)["model"]!["info"]!["artifact_uri"]!.GetValue<string>(),
                request.QueryText("artifact_directory_path")
            );

        private JsonObject ListOf(string uri, string path)
        {
            var answer = Listing(Below(uri) + (path.Length > 0 ? "/" + path : ""), path.Length > 0 ? path + "/" : "");
            answer["root_uri"] = uri;
            return answer;
        }

        private JsonObject Listing(string folder, string prefix)
        {
            var files = _artifacts.List(folder, prefix);
            return files.Count == 0 ? [] : new JsonObject { ["files"] = files };
        }

        private static string Below(string uri) =>
            uri.StartsWith(DirectRoot, StringComparison.Ordinal) ? uri[DirectRoot.Length..] : uri["mlflow-artifacts:/".Length..];

        private async Task FileAsync(HttpContext context, string path, byte[] body)
        {
            if (context.Request.Method == "PUT" && path.StartsWith(Art, StringComparison.Ordinal))
            {
                _artifacts.Put(path[(Art.Length + 1)..], body);
                await JsonAsync(context, 200, []);
                return;
            }

            var isProxied = path.StartsWith(Art, StringComparison.Ordinal);
            var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value);
            var file =
                isProxied ? path[(Art.Length + 1)..]
                : path == "/get-artifact"
                    ? Below(
                        _runs.Find(query.GetValueOrDefault("run_uuid", query.GetValueOrDefault("run_id")).ToString()).Text("artifact_uri")
                    )
                        + "/"
                        + query["path"]
                : Below(_runs.GetLoggedModel(path.Split('/')[^3])["model"]!["info"]!["artifact_uri"]!.GetValue<string>())
                    + "/"
                    + query["artifact_file_path"];
            var onDisk = _artifacts.Find(file);
            if (onDisk is null)
            {
                throw isProxied && !Directory.Exists(file)
                    ? new FixtureFailure(500, "INTERNAL_ERROR", "The following failures occurred while downloading one or more artifacts")
                    : new FixtureFailure(
                        500,
                        null,
                        Html(
                            "500 Internal Server Error",
                            "Internal Server Error",
                            "The server encountered an internal error and was unable to complete your request."
                        )
                    );
            }

            if (isProxied && !Ascii.IsValid(Path.GetFileName(file)))
            {
                if (_isVersion3)
                {
                    await TextAsync(context, 500, "text/plain; charset=utf-8", "Internal Server Error");
                    return;
                }

                context.Abort(); // 2.x drops the connection for names outside Latin-1
                return;
            }

            context.Response.ContentType = "application/octet-stream";
            await using var stream = File.OpenRead(onDisk);
            await stream.CopyToAsync(context.Response.Body); // without a length, as the proxy sends it
        }

        private static FixtureRequest Parse(HttpContext context, string path, byte[] body)
        {
            var query = QueryHelpers
                .ParseQuery(context.Request.QueryString.Value)
                .ToDictionary(static q => q.Key, static q => q.Value[0] ?? "", StringComparer.Ordinal);
            if (context.Request.Method == "GET")
            {
                return new FixtureRequest("GET", path, query, []);
            }

            if (context.Request.ContentType?.Split(';')[0] != "application/json")
            {
                throw FixtureFailure.Invalid("Bad Request. Content-Type must be one of ['application/json'].");
            }

            try
            {
                return new FixtureRequest(context.Request.Method, path, query, body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject());
            }
            catch (JsonException)
            {
                return new FixtureRequest(context.Request.Method, path, query, []);
            }
        }

        private async Task<byte[]> BodyAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            return _isVersion3 && context.Request.ContentLength is null ? [] : body.ToArray(); // uvicorn's bridge loses what has no length
        }

        private static string Html(string title, string heading, string text) =>
            Page.Replace("{0}", title, StringComparison.Ordinal)
                .Replace("{1}", heading, StringComparison.Ordinal)
                .Replace("{2}", text, StringComparison.Ordinal);

        private static Task JsonAsync(HttpContext context, int status, JsonObject json) =>
            TextAsync(context, status, "application/json", json.ToJsonString());

        private static Task TextAsync(HttpContext context, int status, string contentType, string text)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            return context.Response.WriteAsync(text);
        }
    }
}
