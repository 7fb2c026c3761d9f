using Hallmark.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hallmark.Mlflow.Testing;

/// <summary>
/// Replays a recording over real HTTP: the same method, path, query and body get the recorded status, headers and bytes, in recorded order where a request was
/// made more than once. What was not recorded gets MLflow's own 404 page.
/// </summary>
public sealed class RecordedMlflowServer : IAsyncDisposable
{
    private const string NotFoundPage =
        "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n";

    private readonly LoopbackServer _server;

    private RecordedMlflowServer(LoopbackServer server) => _server = server;

    /// <summary>The tracking URI.</summary>
    public string Address => _server.Address;

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<AskedRequest> Asked => _server.Asked;

    /// <summary>Starts a server on a recording.</summary>
    /// <param name="exchanges">The recording.</param>
    /// <param name="prefix">A static prefix, such as <c>/mlflow</c>.</param>
    /// <param name="checkAuthorization">True where the <c>Authorization</c> header must be the recorded one.</param>
    /// <param name="asksForLess">True where a request may leave out arguments of the recorded query: the Python client names some twice.</param>
    public static async Task<RecordedMlflowServer> StartAsync(
        IReadOnlyList<RecordedExchange> exchanges,
        string prefix = "",
        bool checkAuthorization = false,
        bool asksForLess = false
    )
    {
        var used = new HashSet<RecordedExchange>();
        var gate = new Lock();
        return new RecordedMlflowServer(
            await LoopbackServer.StartAsync(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
                var path = Uri.UnescapeDataString(target[0]);
                var query = RecordedExchange.Normalise(target.Length == 2 ? target[1] : "");
                RecordedExchange? answer = null;
                lock (gate)
                {
                    var matching = exchanges
                        .Where(e =>
                            e.Method == context.Request.Method
                            && prefix + e.Path == path
                            && (e.Query == query || (asksForLess && IsPartOf(query, e.Query)))
                            && e.HasBody(body.ToArray())
                            && (
                                !checkAuthorization
                                || e.RequestHeaders.GetValueOrDefault("authorization", "")
                                    == context.Request.Headers.Authorization.ToString()
                            )
                            && !e.RequestHeaders.ContainsKey("host")
                            && !e.RequestHeaders.ContainsKey("origin")
                        )
                        .ToList();
                    answer = matching.Find(e => !used.Contains(e)) ?? matching.LastOrDefault();
                    if (answer is not null)
                    {
                        used.Add(answer);
                    }
                }

                await AnswerAsync(context, answer);
            })
        );
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static bool IsPartOf(string asked, string recorded) => asked.Length == 0 || asked.Split('&').All(recorded.Split('&').Contains);

    private static async Task AnswerAsync(HttpContext context, RecordedExchange? answer)
    {
        if (answer is null)
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(NotFoundPage);
            return;
        }

        if (answer.Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.ResponseHeaders)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(answer.ResponseBody);
    }
}
