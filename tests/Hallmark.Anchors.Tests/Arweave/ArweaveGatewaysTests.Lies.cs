using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>How the gateways of these tests lie.</summary>
public sealed partial class ArweaveGatewaysTests
{
    private static void Lie(GatewayServer gateway, DataItem item, string part)
    {
        var other = Item(SignatureType.Ed25519, "other"u8.ToArray());
        gateway.Hold(
            item,
            node =>
            {
                switch (part)
                {
                    case "signature":
                        node["signature"] = Flip(node["signature"]!);
                        break;
                    case "owner":
                        node["owner"]!["key"] = Flip(node["owner"]!["key"]!);
                        break;
                    case "short owner":
                        node["owner"]!["key"] = "AAAA";
                        break;
                    case "anchor":
                        node["anchor"] = "";
                        break;
                    case "target":
                        node["recipient"] = "";
                        break;
                    case "tag value":
                        node["tags"]![0]!["value"] = "text/html";
                        break;
                    case "tag order":
                        var tags = node["tags"]!.AsArray();
                        var first = tags[0];
                        tags.RemoveAt(0);
                        tags.Add(first);
                        break;
                    case "one tag less":
                        node["tags"]!.AsArray().RemoveAt(1);
                        break;
                    case "another item under this id":
                        node["signature"] = System.Buffers.Text.Base64Url.EncodeToString(other.Signature.Span);
                        node["anchor"] = System.Buffers.Text.Base64Url.EncodeToString(other.Anchor.Span);
                        break;
                    case "a block above the chain":
                        node["block"] = new JsonObject
                        {
                            ["id"] = "b",
                            ["height"] = gateway.Height + 1,
                            ["timestamp"] = 1,
                        };
                        break;
                    case "a block without time":
                        node["block"] = new JsonObject { ["id"] = "b", ["height"] = 1 };
                        break;
                    case "a block at the end of time":
                        node["block"] = new JsonObject
                        {
                            ["id"] = "b",
                            ["height"] = 1,
                            ["timestamp"] = 1L << 53,
                        };
                        break;
                }
            },
            part switch
            {
                "payload" => "tampered"u8.ToArray(),
                "empty payload" => [],
                "another item under this id" => "other"u8.ToArray(),
                _ => null,
            }
        );
    }

    private static void WithoutAnchor(JsonObject node)
    {
        node["anchor"] = "";
        node["bundledIn"] = new JsonObject { ["id"] = TestItems.OtherId };
    }

    private static JsonNode Flip(JsonNode base64)
    {
        var text = base64.GetValue<string>();
        return (text[0] == 'A' ? 'B' : 'A') + text[1..];
    }

    private static async Task Misbehave(string fault, HttpContext context, string elsewhere)
    {
        switch (fault)
        {
            case "HTTP 500":
                context.Response.StatusCode = 500;
                break;
            case "HTTP 429":
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "60";
                break;
            case "not the protocol":
                context.Response.StatusCode = context.Request.Path == "/graphql" ? 200 : 418;
                await context.Response.WriteAsync("{\"data\":{\"transactions\":[]}}");
                break;
            case "redirect":
                context.Response.Redirect(elsewhere + context.Request.Path, permanent: false, preserveMethod: true);
                break;
            case "endless":
                var block = new byte[1 << 16];
                for (var sent = 0L; sent < 1L << 30 && !context.RequestAborted.IsCancellationRequested; sent += block.Length)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }

                break;
            default:
                context.Response.StatusCode = context.Request.Path == "/graphql" ? 200 : 503;
                await context.Response.WriteAsync("<html>welcome</html>");
                break;
        }
    }
}
