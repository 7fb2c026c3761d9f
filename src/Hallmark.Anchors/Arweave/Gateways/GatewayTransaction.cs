using System.Buffers;
using System.Buffers.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>What a gateway's index says of an item. Its word only, until the item that is put together from it verifies.</summary>
internal sealed record GatewayTransaction
{
    private const int MaxKeySizeInBytes = 1_024;
    private const string NotBase64 = "is not base64url of at most 1,024 bytes";

    public required byte[] Signature { get; init; }

    public required byte[] Owner { get; init; }

    public required byte[] Target { get; init; }

    public required byte[] Anchor { get; init; }

    public required IReadOnlyList<DataItemTag> Tags { get; init; }

    public string? BundledIn { get; init; }

    public BlockPosition? Block { get; init; }

    /// <summary>Reads the answer to the query.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="id">The id that was asked for.</param>
    /// <param name="transaction">The transaction; null where the index does not know it.</param>
    /// <returns>Null, or why the answer is none.</returns>
    public static string? Read(JsonObject answer, string id, out GatewayTransaction? transaction)
    {
        transaction = null;
        if (
            answer["data"] is not JsonObject data
            || data["transactions"] is not JsonObject transactions
            || transactions["edges"] is not JsonArray edges
        )
        {
            return answer["errors"] is null ? "it has no list of transactions" : "it says there were errors";
        }

        if (edges.Count == 0)
        {
            return null;
        }

        if (edges[0] is not JsonObject edge || edge["node"] is not JsonObject node)
        {
            return "its list holds no transaction";
        }

        return FindText(node["id"]) == id ? ReadNode(node, out transaction) : "it names another transaction";
    }

    /// <summary>A whole number from 0 to 2^53.</summary>
    public static long? FindNumber(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<long>(out var number) && number is >= 0 and <= 1L << 53 ? number : null;

    private static string? ReadNode(JsonObject node, out GatewayTransaction? transaction)
    {
        transaction = null;
        var signature = FindBytes(node["signature"]);
        var owner = FindBytes((node["owner"] as JsonObject)?["key"]);
        var target = FindBytes(node["recipient"]);
        var anchor = FindBytes(node["anchor"]);
        if (signature is null || owner is null || target is null || anchor is null)
        {
            return signature is null ? "the signature " + NotBase64
                : owner is null ? "the owner " + NotBase64
                : target is null ? "the recipient " + NotBase64
                : "the anchor " + NotBase64;
        }

        if (ReadTags(node["tags"]) is not { } tags)
        {
            return $"its tags are no list of at most {DataItemTag.MaxCount} names and values";
        }

        if (!TryReadBlock(node["block"], out var block))
        {
            return "its block has no height or no time";
        }

        transaction = new GatewayTransaction
        {
            Signature = signature,
            Owner = owner,
            Target = target,
            Anchor = anchor,
            Tags = tags,
            BundledIn = FindText((node["bundledIn"] as JsonObject)?["id"]),
            Block = block,
        };
        return null;
    }

    private static List<DataItemTag>? ReadTags(JsonNode? node)
    {
        if (node is not JsonArray list || list.Count > DataItemTag.MaxCount)
        {
            return null;
        }

        var tags = new List<DataItemTag>(list.Count);
        foreach (var entry in list)
        {
            if (entry is not JsonObject tag || FindText(tag["name"]) is not { } name || FindText(tag["value"]) is not { } value)
            {
                return null;
            }

            tags.Add(new DataItemTag(name, value));
        }

        return tags;
    }

    private static bool TryReadBlock(JsonNode? node, out BlockPosition? block)
    {
        block = null;
        if (node is null)
        {
            return true;
        }

        // 9999-12-31: the last second that a time can stand for.
        if (
            node is not JsonObject members
            || FindNumber(members["height"]) is not { } height
            || FindNumber(members["timestamp"]) is not { } seconds
            || seconds > 253_402_300_799
            || FindText(members["id"]) is not { Length: > 0 and <= 128 } id
        )
        {
            return false;
        }

        block = new BlockPosition(height, id, DateTimeOffset.FromUnixTimeSeconds(seconds), Depth: null);
        return true;
    }

    private static string? FindText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // Absent members count as empty ones, as gateways differ there.
    private static byte[]? FindBytes(JsonNode? node)
    {
        if (node is null)
        {
            return [];
        }

        if (FindText(node) is not { } text || text.Length > MaxKeySizeInBytes * 4 / 3 + 3)
        {
            return null;
        }

        var bytes = new byte[text.Length];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done ? bytes[..written] : null;
    }
}
