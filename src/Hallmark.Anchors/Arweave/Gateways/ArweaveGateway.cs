using System.Text.Json.Nodes;
using Hallmark.Anchors.Http;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>One gateway (<c>turbo-ans104.md</c> §9). Nothing that it says is believed here; see <see cref="ArweaveGateways"/>.</summary>
/// <param name="name">As the settings name it.</param>
/// <param name="root">Its address, ending with a slash.</param>
/// <param name="http">The transport.</param>
/// <param name="limits">The bounds.</param>
internal sealed class ArweaveGateway(string name, Uri root, AnchorHttp http, GatewayLimits limits)
{
    private const int MaxMetadataSize = 256 * 1024;
    private const string Query =
        "query($ids:[ID!]!){transactions(ids:$ids){edges{node{id anchor signature recipient owner{key} tags{name value} bundledIn{id} block{id height timestamp}}}}}";

    public string Name { get; } = name;

    /// <summary>Reads a gateway's name: a host, or an address with <c>http</c> or <c>https</c>.</summary>
    /// <returns>Null where it is neither.</returns>
    public static Uri? FindAddress(string name)
    {
        var text = name.Contains("://", StringComparison.Ordinal) ? name : "https://" + name;
        return
            Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address.UserInfo.Length == 0
            && address.Query.Length == 0
            && address.Fragment.Length == 0
            ? address
            : null;
    }

    /// <summary>The payload of an item; null where the gateway does not have it.</summary>
    /// <exception cref="AnchorUnavailableException">It does not answer, or not with an answer.</exception>
    public async Task<byte[]?> FindDataAsync(string id, CancellationToken cancellationToken) =>
        await FindDataAtAsync("raw/" + id, cancellationToken).ConfigureAwait(false)
        // Nodes that resolve no manifests have no other route than this one.
        ?? await FindDataAtAsync(id, cancellationToken).ConfigureAwait(false);

    /// <summary>A part of an item's payload; null where the gateway does not have it whole.</summary>
    /// <exception cref="AnchorUnavailableException">It does not answer, or the part is larger than what is read.</exception>
    public async Task<byte[]?> FindRangeAsync(string id, long offset, int length, CancellationToken cancellationToken)
    {
        if (length > limits.MaxDataSizeInBytes)
        {
            throw new AnchorUnavailableException($"{Name} names a part of {length} bytes, more than is read");
        }

        var answer = await http.SendAsync(
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, "raw/" + id));
                    request.Headers.Range = new(offset, offset + length - 1);
                    return request;
                },
                limits.MaxDataSizeInBytes,
                limits.Timeout,
                cancellationToken
            )
            .ConfigureAwait(false);
        return answer.Status switch
        {
            206 when answer.Body.Length == length => answer.Body.ToArray(),
            // It knows no parts and sent all of it.
            200 when answer.Body.Length >= offset + length => answer.Body.Slice((int)offset, length).ToArray(),
            >= 500 or 429 => throw answer.ToException(),
            _ => null,
        };
    }

    /// <summary>What the gateway's index holds of an item; null where it does not know it.</summary>
    /// <exception cref="AnchorUnavailableException">It does not answer, or not in the form of its protocol.</exception>
    public async Task<GatewayTransaction?> FindTransactionAsync(string id, CancellationToken cancellationToken)
    {
        var body = CanonicalJson.Canonicalize(
            new JsonObject
            {
                ["query"] = Query,
                ["variables"] = new JsonObject { ["ids"] = new JsonArray(id) },
            }
        );
        var answer = await http.SendAsync(
                () =>
                {
                    var content = new ByteArrayContent(body);
                    content.Headers.ContentType = new("application/json");
                    return new HttpRequestMessage(HttpMethod.Post, new Uri(root, "graphql")) { Content = content };
                },
                MaxMetadataSize,
                limits.Timeout,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw answer.ToException();
        }

        return GatewayTransaction.Read(answer.ReadObject(), id, out var transaction) is { } fault
            ? throw new AnchorUnavailableException($"{Name} answered its index's query with something else: {fault}")
            : transaction;
    }

    /// <summary>The chain's height as the gateway knows it.</summary>
    /// <exception cref="AnchorUnavailableException">It does not answer, or not with a height.</exception>
    public async Task<long> ReadHeightAsync(CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(new Uri(root, "info"), MaxMetadataSize, limits.Timeout, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw answer.ToException();
        }

        return GatewayTransaction.FindNumber(answer.ReadObject()["height"])
            ?? throw new AnchorUnavailableException($"{Name} does not tell the chain's height");
    }

    private async Task<byte[]?> FindDataAtAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(new Uri(root, path), limits.MaxDataSizeInBytes, limits.Timeout, cancellationToken)
            .ConfigureAwait(false);
        return answer.Status switch
        {
            200 => answer.Body.ToArray(),
            204 => [],
            404 or 410 => null,
            // 202: an old node that has the transaction, and not yet its data.
            202 => null,
            _ => throw answer.ToException(),
        };
    }
}
