using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Hallmark.Testing.Browser;

/// <summary>A page in a browser: what it asked for, what it complained of, and what a reader sees.</summary>
public sealed class OpenedPage : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly TimeSpan _patience;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _asked = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Task _listening;
    private string? _session;
    private string? _target;
    private int _last;

    internal OpenedPage(ClientWebSocket socket, TimeSpan patience)
    {
        (_socket, _patience) = (socket, patience);
        _listening = Task.Run(ListenAsync);
    }

    /// <summary>Every address that was asked for, the page's own among them.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Everything the console shows: errors, warnings, violations of the page's policy, exceptions.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await AskAsync(
                "Runtime.evaluate",
                new JsonObject
                {
                    ["expression"] = expression,
                    ["returnByValue"] = true,
                    ["awaitPromise"] = true,
                }
            )
            .ConfigureAwait(false);
        return answer["exceptionDetails"] is { } failure
            ? throw new InvalidOperationException(failure.ToJsonString())
            : answer["result"]!["value"]; // ! the protocol's answer has a result
    }

    /// <summary>The text that a reader sees.</summary>
    public async Task<string> ReadTextAsync() => (string)(await EvaluateAsync("document.body.innerText").ConfigureAwait(false))!; // ! a text

    /// <summary>How many CSS pixels the content is wide; more than the window's means that one must scroll sideways.</summary>
    public async Task<int> MeasureWidthAsync() =>
        (int)(await EvaluateAsync("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)").ConfigureAwait(false))!; // ! a number

    /// <summary>A picture of the whole page, as PNG.</summary>
    public async Task<byte[]> PhotographAsync()
    {
        var answer = await AskAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png", ["captureBeyondViewport"] = true })
            .ConfigureAwait(false);
        return Convert.FromBase64String((string)answer["data"]!); // ! the protocol's answer has data
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_target is not null)
        {
            _session = null;
            await AskAsync("Target.closeTarget", new JsonObject { ["targetId"] = _target }).ConfigureAwait(false);
        }

        _socket.Abort();
        await _listening.ConfigureAwait(false);
        _socket.Dispose();
        _sending.Dispose();
    }

    internal async Task LoadAsync(Uri address, int width, bool isDark)
    {
        _target = (string)
            (await AskAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }).ConfigureAwait(false))["targetId"]!;
        var attached = await AskAsync("Target.attachToTarget", new JsonObject { ["targetId"] = _target, ["flatten"] = true })
            .ConfigureAwait(false);
        _session = (string)attached["sessionId"]!;
        foreach (var domain in new[] { "Page", "Network", "Log", "Runtime" })
        {
            await AskAsync(domain + ".enable", []).ConfigureAwait(false);
        }

        await AskAsync(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject
                {
                    ["width"] = width,
                    ["height"] = 800,
                    ["deviceScaleFactor"] = 1,
                    ["mobile"] = width < 600,
                }
            )
            .ConfigureAwait(false);
        await AskAsync(
                "Emulation.setEmulatedMedia",
                new JsonObject
                {
                    ["features"] = new JsonArray(
                        new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }
                    ),
                }
            )
            .ConfigureAwait(false);
        await AskAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri }).ConfigureAwait(false);
        await _loaded.Task.WaitAsync(_patience).ConfigureAwait(false);
    }

    private async Task<JsonNode> AskAsync(string method, JsonObject parameters)
    {
        var id = Interlocked.Increment(ref _last);
        var message = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        };
        if (_session is not null)
        {
            message["sessionId"] = _session;
        }

        var answer = _asked[id] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _socket
                .SendAsync(
                    System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()),
                    WebSocketMessageType.Text,
                    true,
                    CancellationToken.None
                )
                .ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }

        var said = await answer.Task.WaitAsync(_patience).ConfigureAwait(false);
        return said["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : said["result"]!; // ! an answer without error has one
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                using var whole = new MemoryStream();
                WebSocketReceiveResult piece;
                do
                {
                    piece = await _socket.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false);
                    whole.Write(buffer, 0, piece.Count);
                } while (!piece.EndOfMessage);

                Hear(JsonNode.Parse(whole.ToArray())!); // ! the protocol's messages are objects
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or System.Text.Json.JsonException)
        {
            // The page was closed, or the browser ended: whoever still waits learns it.
            foreach (var asked in _asked.Values)
            {
                asked.TrySetException(new InvalidOperationException("the browser ended", e));
            }

            _loaded.TrySetException(new InvalidOperationException("the browser ended", e));
            _ = _loaded.Task.Exception;
        }
    }

    private void Hear(JsonNode message)
    {
        if (message["id"] is { } id && _asked.TryRemove((int)id, out var asked))
        {
            asked.TrySetResult(message);
            return;
        }

        var said = message["params"];
        switch ((string?)message["method"])
        {
            case "Network.requestWillBeSent":
                _requests.Enqueue((string)said!["request"]!["url"]!);
                break;
            case "Log.entryAdded":
                _complaints.Enqueue((string)said!["entry"]!["text"]!);
                break;
            case "Runtime.consoleAPICalled" or "Runtime.exceptionThrown":
                _complaints.Enqueue(said!.ToJsonString());
                break;
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            default:
                break;
        }
    }
}
