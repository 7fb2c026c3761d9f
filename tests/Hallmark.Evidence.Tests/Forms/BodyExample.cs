using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Tests.Forms;

/// <summary>A body with every member that there is, made once for all tests of a class.</summary>
public sealed class BodyExample : IAsyncLifetime
{
    private string _json = "";

    public async Task InitializeAsync()
    {
        await using var scene = await BundleScene.CreateAsync();
        await scene.HandOverAsync(Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)5, 32)]));
        var body = await scene.ComposeAsync() with
        {
            Keys = [new ClaimedKey(BundleScene.Key.PublicKey.Hex, "the bank", BundleScene.SignedAt, BundleScene.SignedAt.AddYears(1))],
            VerdictAtExport = new JsonObject { ["status"] = "verified" },
        };
        _json = BundleBodyJson.Write(body).ToJsonString();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public JsonObject Make() => JsonNode.Parse(_json)!.AsObject();

    /// <summary>Reads a body as the verifier does: from its canonical text.</summary>
    internal static BundleBody Read(JsonNode? body)
    {
        var canonical = CanonicalJson.Canonicalize(body);
        return BundleBodyJson.Read(JsonDocument.Parse(canonical).RootElement);
    }

    /// <summary>Puts another value at a place such as <c>entries.0.record</c>, or takes the member away.</summary>
    internal static void Set(JsonObject body, string path, string? json)
    {
        var names = path.Split('.');
        JsonNode node = body;
        foreach (var name in names[..^1])
        {
            node = node is JsonArray items ? items[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!;
        }

        if (node is JsonArray list)
        {
            list[int.Parse(names[^1], CultureInfo.InvariantCulture)] = JsonNode.Parse(json!);
        }
        else if (json is null)
        {
            Assert.True(node.AsObject().Remove(names[^1]), $"there is no {path}");
        }
        else
        {
            node[names[^1]] = JsonNode.Parse(json);
        }
    }
}
