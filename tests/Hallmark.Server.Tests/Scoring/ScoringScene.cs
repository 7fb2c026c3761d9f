using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Server.Scoring;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>A scoring server on a free port, and a client of it.</summary>
internal sealed class ScoringScene : IAsyncDisposable
{
    private readonly SocketsHttpHandler _handler;

    private ScoringScene(ScriptedModel model, ScoringServer server, SocketsHttpHandler handler)
    {
        Model = model;
        Server = server;
        _handler = handler;
        Client = new HttpClient(handler) { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public ScriptedModel Model { get; }

    public ScoringServer Server { get; }

    public HttpClient Client { get; }

    public static async Task<ScoringScene> StartAsync(
        ScriptedModel? model = null,
        ScoringServerOptions? options = null,
        SocketsHttpHandler? handler = null,
        TimeProvider? time = null
    )
    {
        model ??= new ScriptedModel();
        options ??= new ScoringServerOptions();
        options = options with
        {
            Endpoint = new IPEndPoint(IPAddress.Loopback, 0),
            // Where a test is not about it, a busy machine may take its time.
            Limits =
                options.Limits.HeaderTime == new ScoringLimits().HeaderTime
                    ? options.Limits with
                    {
                        HeaderTime = TimeSpan.FromMinutes(5),
                    }
                    : options.Limits,
        };
        var server = await ScoringServer.StartAsync(options, model, time ?? TimeProvider.System, NullLoggerFactory.Instance, default);
        return new ScoringScene(model, server, handler ?? new SocketsHttpHandler());
    }

    /// <summary>Posts a body to <c>/invocations</c>, or elsewhere.</summary>
    public Task<HttpResponseMessage> PostAsync(string body, string type = "application/json", string path = "/invocations") =>
        PostAsync(Encoding.UTF8.GetBytes(body), type, path);

    /// <summary>Posts bytes.</summary>
    public Task<HttpResponseMessage> PostAsync(byte[] body, string? type = "application/json", string path = "/invocations")
    {
        var content = new ByteArrayContent(body);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return Client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>Posts and reads the JSON that comes back.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(
        string body,
        string type = "application/json",
        string path = "/invocations"
    )
    {
        using var response = await PostAsync(body, type, path);
        return (response.StatusCode, await ReadAsync(response));
    }

    /// <summary>Gets a path and reads the JSON that comes back.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await ReadAsync(response));
    }

    /// <summary>The JSON of an answer.</summary>
    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal(new MediaTypeHeaderValue("application/json"), response.Content.Headers.ContentType);
        return JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(), documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!;
    }

    /// <summary>Writes raw bytes on a connection of its own, and reads what comes back until the server closes it.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        return await ReadToEndAsync(socket);
    }

    /// <summary>A bare connection.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Server.Address.Port);
        return socket;
    }

    /// <summary>All that still comes on a connection.</summary>
    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4_096];
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) is var read and > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Reset: what came before it counts.
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await Server.StopAsync(atOnce.Token);
        await Server.DisposeAsync();
    }
}
