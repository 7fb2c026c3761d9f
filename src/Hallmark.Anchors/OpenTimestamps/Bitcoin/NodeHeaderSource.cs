using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Http;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>A Bitcoin node's JSON-RPC (Core, Knots): the chain as one's own node has validated it.</summary>
/// <param name="http">The bounded client.</param>
/// <param name="address">Such as <c>http://127.0.0.1:8332</c>.</param>
/// <param name="credentials">Where user and password come from.</param>
/// <param name="network">The chain it must follow.</param>
/// <param name="timeout">For one request.</param>
public sealed class NodeHeaderSource(AnchorHttp http, Uri address, NodeCredentials credentials, BitcoinNetwork network, TimeSpan timeout)
    : IBlockHeaderSource
{
    private const int MaxAnswerLength = 64 * 1024;
    private const int HeightOutOfRange = -8;

    /// <inheritdoc />
    public BitcoinNetwork Network => network;

    /// <inheritdoc />
    public string Description => $"your Bitcoin node at {address.Authority}";

    /// <inheritdoc />
    public async Task<FoundHeader?> FindAsync(long height, CancellationToken cancellationToken)
    {
        var chain = await CallAsync("getblockchaininfo", [], cancellationToken).ConfigureAwait(false);
        if ((chain as JsonObject)?["chain"] is not JsonValue named || !named.TryGetValue<string>(out var name) || name != network.NodeName)
        {
            throw new AnchorUnavailableException(
                $"the Bitcoin node at {address.Authority} does not follow {network}",
                "name the node of that network, or the network of that node"
            );
        }

        // A node takes heights of 31 bits only.
        var hash = height > int.MaxValue ? null : await CallAsync("getblockhash", [height], cancellationToken).ConfigureAwait(false);
        if (hash is null)
        {
            return null;
        }

        var hex = await CallAsync("getblockheader", [hash.DeepClone(), false], cancellationToken).ConfigureAwait(false);
        var tip = await CallAsync("getblockcount", [], cancellationToken).ConfigureAwait(false);
        return
            hash is JsonValue hashValue
            && hashValue.TryGetValue<string>(out var hashText)
            && hex is JsonValue hexValue
            && hexValue.TryGetValue<string>(out var hexText)
            && tip is JsonValue tipValue
            && tipValue.TryGetValue<long>(out var top)
            && BlockHeader.TryParseHex(hexText, out var header)
            && header.DisplayedHash == hashText
            && header.HasWork(network)
            && top >= height
            ? new FoundHeader(header, top - height + 1)
            : throw new AnchorUnavailableException($"the Bitcoin node at {address.Authority} gave no valid header of block {height}");
    }

    // The result, or null where the node says that the height is beyond its chain.
    private async Task<JsonNode?> CallAsync(string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        var call = CanonicalJson.Canonicalize(
            new JsonObject
            {
                ["jsonrpc"] = "1.0",
                ["id"] = "hallmark",
                ["method"] = method,
                ["params"] = parameters,
            }
        );
        var answer = await http.SendAsync(
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(call) };
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials.ReadBasic());
                    return request;
                },
                MaxAnswerLength,
                timeout,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (answer.Status is 401 or 403)
        {
            throw new AnchorUnavailableException(
                $"the Bitcoin node at {address.Authority} refuses the user and password",
                "check the environment variables, or name the node's cookie file"
            );
        }

        // Errors of a call come with HTTP 500 and a JSON body.
        if (!answer.IsSuccess && answer.Status != 500)
        {
            throw answer.ToException();
        }

        var body = answer.ReadObject();
        return body["error"] is not JsonObject error ? body["result"]
            : error["code"] is JsonValue code && code.TryGetValue<int>(out var number) && number == HeightOutOfRange ? null
            : throw answer.ToException();
    }
}
