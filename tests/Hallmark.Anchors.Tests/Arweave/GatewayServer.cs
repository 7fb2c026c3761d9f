using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>A gateway (<c>turbo-ans104.md</c> §9) that holds a few items, and can be made to lie about them.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private const string BundleId = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private readonly Dictionary<string, (JsonObject Node, byte[] Data)> _items = [];
    private LoopbackServer? _server;

    public string Address => _server!.Address;

    public IReadOnlyList<AskedRequest> Asked => _server!.Asked;

    /// <summary>Where it is asked for anything; true where it was answered already.</summary>
    public Func<HttpContext, Task<bool>> Intercept { get; set; } = _ => Task.FromResult(false);

    /// <summary>Whole bundles, by the ids of their transactions.</summary>
    public Dictionary<string, byte[]> Bundles { get; } = [];

    /// <summary>Whether it sends parts of a bundle, or always all of it.</summary>
    public bool KnowsRanges { get; set; } = true;

    /// <summary>The chain's height.</summary>
    public long Height { get; set; } = 1_700_100;

    public static async Task<GatewayServer> StartAsync(params DataItem[] items)
    {
        var gateway = new GatewayServer();
        gateway._server = await LoopbackServer.StartAsync(gateway.AnswerAsync);
        foreach (var item in items)
        {
            gateway.Hold(item);
        }

        return gateway;
    }

    /// <summary>Holds an item, in no block.</summary>
    /// <param name="item">The item.</param>
    /// <param name="lie">Changes what the index says.</param>
    /// <param name="data">The payload, where it is not the item's.</param>
    public void Hold(DataItem item, Action<JsonObject>? lie = null, byte[]? data = null)
    {
        var node = new JsonObject
        {
            ["id"] = item.Id,
            ["anchor"] = Base64Url.EncodeToString(item.Anchor.Span),
            ["signature"] = Base64Url.EncodeToString(item.Signature.Span),
            ["recipient"] = Base64Url.EncodeToString(item.Target.Span),
            ["owner"] = new JsonObject { ["key"] = Base64Url.EncodeToString(item.Owner.Span) },
            ["tags"] = new JsonArray([.. item.Tags.Select(tag => (JsonNode)new JsonObject { ["name"] = tag.Name, ["value"] = tag.Value })]),
            ["bundledIn"] = null,
            ["block"] = null,
        };
        lie?.Invoke(node);
        _items[item.Id] = (node, data ?? item.Data.ToArray());
    }

    /// <summary>Puts an item into a block.</summary>
    public void Mine(string id, long height, DateTimeOffset time)
    {
        _items[id].Node["bundledIn"] = new JsonObject { ["id"] = BundleId };
        _items[id].Node["block"] = new JsonObject
        {
            ["id"] = "block-" + height,
            ["height"] = height,
            ["timestamp"] = time.ToUnixTimeSeconds(),
        };
    }

    public void Unmine(string id) => _items[id].Node["block"] = null;

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Intercept(context))
        {
            return;
        }

        var path = context.Request.Path.Value!;
        if (path == "/graphql")
        {
            var query = await JsonNode.ParseAsync(context.Request.Body);
            var id = query!["variables"]!["ids"]![0]!.GetValue<string>();
            var edges = _items.TryGetValue(id, out var known)
                ? new JsonArray(new JsonObject { ["node"] = known.Node.DeepClone() })
                : new JsonArray();
            await SayAsync(
                context,
                new JsonObject { ["data"] = new JsonObject { ["transactions"] = new JsonObject { ["edges"] = edges } } }
            );
        }
        else if (path == "/info")
        {
            await SayAsync(context, new JsonObject { ["height"] = Height });
        }
        else if (path.StartsWith("/raw/", StringComparison.Ordinal) && Bundles.TryGetValue(path[5..], out var bundle))
        {
            var range = context.Request.GetTypedHeaders().Range?.Ranges.Single();
            var isPart = KnowsRanges && range is not null;
            var from = isPart ? (int)range!.From!.Value : 0;
            var to = isPart ? Math.Min(bundle.Length, (int)range!.To!.Value + 1) : bundle.Length;
            context.Response.StatusCode = isPart ? 206 : 200;
            await context.Response.Body.WriteAsync(bundle.AsMemory(Math.Min(from, to), Math.Max(0, to - from)));
        }
        else if (path.StartsWith("/raw/", StringComparison.Ordinal) && _items.TryGetValue(path[5..], out var item))
        {
            context.Response.StatusCode = item.Data.Length == 0 ? 204 : 200;
            await context.Response.Body.WriteAsync(item.Data);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }

    private static Task SayAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(json)).AsTask();
    }
}
