using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>
/// An upload and payment service that speaks the documented protocol (<c>turbo-ans104.md</c> §8) with a key of its own: it takes what strictly verifies, signs
/// receipts, knows the status of what it took, and counts.
/// </summary>
internal sealed class TurboServer : IAsyncDisposable
{
    private static readonly Lazy<RSA> OwnKey = new(() => RSA.Create(4096));
    private readonly ConcurrentDictionary<string, int> _uploads = new();
    private readonly ConcurrentDictionary<string, byte[]> _items = new();
    private LoopbackServer? _server;

    private TurboServer(TimeProvider clock) => Clock = clock;

    /// <summary>The address of the key that it signs with.</summary>
    public static string BundlerAddress => ArweaveId.Of(Modulus(OwnKey.Value));

    public TimeProvider Clock { get; set; }

    public Uri Address => new(_server!.Address);

    /// <summary>Where it is asked for anything; true where it was answered already.</summary>
    public Func<HttpContext, Task<bool>> Intercept { get; set; } = _ => Task.FromResult(false);

    /// <summary>What it says of an item that it took.</summary>
    public JsonObject Status { get; set; } =
        new()
        {
            ["status"] = "CONFIRMED",
            ["info"] = "pending",
            ["winc"] = "0",
        };

    public IReadOnlyList<AskedRequest> Asked => _server!.Asked;

    /// <summary>How often each item was uploaded whole.</summary>
    public IReadOnlyDictionary<string, int> Uploads => _uploads;

    /// <summary>What it took, by the ids.</summary>
    public IReadOnlyDictionary<string, byte[]> Items => _items;

    public static async Task<TurboServer> StartAsync(TimeProvider? clock = null, X509Certificate2? certificate = null)
    {
        var server = new TurboServer(clock ?? TimeProvider.System);
        server._server = await LoopbackServer.StartAsync(server.AnswerAsync, certificate);
        return server;
    }

    /// <summary>A signed receipt.</summary>
    public static JsonObject Receipt(string id, string owner, DateTimeOffset at, RSA? key = null, long deadline = 1_850_000)
    {
        key ??= OwnKey.Value;
        var receipt = new JsonObject
        {
            ["id"] = id,
            ["timestamp"] = at.ToUnixTimeMilliseconds(),
            ["winc"] = "0",
            ["version"] = "0.2.0",
            ["deadlineHeight"] = deadline,
            ["dataCaches"] = new JsonArray("cache.example"),
            ["fastFinalityIndexes"] = new JsonArray(),
            ["public"] = Base64Url.EncodeToString(Modulus(key)),
            ["signature"] = Base64Url.EncodeToString(new byte[512]),
            ["owner"] = owner,
        };
        var message = TurboReceipt.Parse(Bytes(receipt)).ComputeSignedMessage();
        receipt["signature"] = Base64Url.EncodeToString(key.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        return receipt;
    }

    /// <summary>Takes an item without an answer; null where it did not come whole or does not verify.</summary>
    public async Task<DataItem?> TryTakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body);
        }
        catch (Exception fault) when (fault is IOException or BadHttpRequestException or OperationCanceledException)
        {
            return null;
        }

        if (!DataItem.TryParse(body.ToArray(), out var item, out _) || !item.Verify().IsVerified)
        {
            return null;
        }

        _items[item.Id] = body.ToArray();
        _uploads.AddOrUpdate(item.Id, 1, (_, count) => count + 1);
        return item;
    }

    /// <summary>Answers with a receipt for an item, to its end.</summary>
    public async Task PromiseAsync(HttpContext context, DataItem item)
    {
        await SayAsync(context, 200, Receipt(item.Id, item.OwnerAddress, Clock.GetUtcNow()));
        await context.Response.CompleteAsync();
    }

    public void Forget(string id) => _items.TryRemove(id, out _);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Intercept(context))
        {
            return;
        }

        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (context.Request.Method, path)
        {
            case ("POST", ["v1", "tx", _]):
                await TakeAsync(context);
                break;
            case ("GET", ["v1", "tx", var id, "status"]):
                await (_items.ContainsKey(id) ? SayAsync(context, 200, Status) : SayAsync(context, 404, "TX doesn't exist"));
                break;
            case ("GET", ["v1", "info"]):
                await SayAsync(
                    context,
                    200,
                    new JsonObject
                    {
                        ["version"] = "0.2.0",
                        ["addresses"] = new JsonObject { ["arweave"] = BundlerAddress },
                        ["freeUploadLimitBytes"] = 517_120,
                    }
                );
                break;
            case ("GET", ["v1", "account", "balance", _]):
                await SayAsync(context, 200, new JsonObject { ["winc"] = "123456789012345678901", ["effectiveBalance"] = "0" });
                break;
            case ("GET", ["v1", "price", "bytes", _]):
                await SayAsync(context, 200, new JsonObject { ["winc"] = "42", ["adjustments"] = new JsonArray() });
                break;
            default:
                await SayAsync(context, 404, "Not Found");
                break;
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (context.Request.ContentType != "application/octet-stream")
        {
            await SayAsync(context, 400, "Invalid Content Type");
        }
        else if (await TryTakeAsync(context) is { } item)
        {
            await PromiseAsync(context, item);
        }
        else
        {
            await SayAsync(context, 400, "Invalid Data Item!");
        }
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }

    private static Task SayAsync(HttpContext context, int status, JsonObject json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Bytes(json)).AsTask();
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json);

    private static byte[] Modulus(RSA key) => key.ExportParameters(includePrivateParameters: false).Modulus!;
}
