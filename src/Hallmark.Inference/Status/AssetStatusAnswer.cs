using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Status;

/// <summary>Reads and writes the body of the agent's answer (mlflow-events.md §14.2).</summary>
public static class AssetStatusAnswer
{
    /// <summary>The body that says a status.</summary>
    public static JsonObject Write(AssetStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new JsonObject
        {
            ["asset_id"] = status.AssetId,
            ["tenant_id"] = status.TenantId,
            ["agent_id"] = status.AgentId,
            ["outcome"] = status.Outcome.ToString().ToLowerInvariant(),
            ["last_verified_at"] = status.LastVerifiedAt,
            ["max_age"] = status.MaxAge,
            ["stale"] = status.IsStale,
            ["policy_hash"] = status.PolicyHash,
            ["current_tx_id"] = status.CurrentTransactionId,
        };
    }

    /// <summary>Reads a body.</summary>
    internal static AssetStatus Read(string assetId, ReadOnlySpan<byte> body, bool isLenient)
    {
        JsonObject members;
        try
        {
            members = StrictJson.Parse(body) as JsonObject ?? throw NotOne(assetId, "the answer is not a JSON object");
        }
        catch (JsonRejectedException fault)
        {
            throw new AssetStatusTransportException(assetId, "the agent's answer is not JSON", fault);
        }

        var status = new AssetStatus(
            Text(assetId, members, "asset_id"),
            Text(assetId, members, "tenant_id"),
            Text(assetId, members, "agent_id"),
            OutcomeOf(Member(assetId, members, "outcome")),
            OptionalText(assetId, members, "last_verified_at"),
            MaxAge(assetId, members),
            Stale(assetId, members, isLenient),
            Text(assetId, members, "policy_hash"),
            OptionalText(assetId, members, "current_tx_id")
        );
        return isLenient || status.AssetId == assetId ? status : throw NotOne(assetId, "the answer is about another asset");
    }

    /// <summary>The address in the body of a 503, or null.</summary>
    internal static string? FindUpgradeUrl(ReadOnlySpan<byte> body)
    {
        try
        {
            return
                StrictJson.Parse(body) is JsonObject members
                && members["upgrade_url"] is JsonValue value
                && value.TryGetValue<string>(out var url)
                ? url
                : null;
        }
        catch (JsonRejectedException)
        {
            return null;
        }
    }

    private static AssetOutcome OutcomeOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text)
            ? text switch
            {
                "verified" => AssetOutcome.Verified,
                "tampered" => AssetOutcome.Tampered,
                "missing" => AssetOutcome.Missing,
                "unavailable" => AssetOutcome.Unavailable,
                _ => AssetOutcome.Unknown,
            }
            : AssetOutcome.Unknown;

    private static bool Stale(string assetId, JsonObject members, bool isLenient) =>
        Member(assetId, members, "stale") switch
        {
            JsonValue value when value.TryGetValue<bool>(out var isStale) => isStale,
            _ when !isLenient => throw NotOne(assetId, "\"stale\" is neither true nor false"),
            null => false,
            JsonValue value when value.TryGetValue<string>(out var text) => text.Length > 0,
            JsonValue value when value.TryGetValue<double>(out var number) => number != 0,
            JsonObject container => container.Count > 0,
            JsonArray container => container.Count > 0,
            _ => true,
        };

    private static long MaxAge(string assetId, JsonObject members) =>
        Member(assetId, members, "max_age") switch
        {
            JsonValue value when value.TryGetValue<long>(out var number) => number,
            JsonValue value
                when value.TryGetValue<string>(out var text)
                    && long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw NotOne(assetId, "\"max_age\" is not a whole number of seconds"),
        };

    private static string Text(string assetId, JsonObject members, string name) =>
        OptionalText(assetId, members, name) ?? throw NotOne(assetId, $"\"{name}\" is null");

    private static string? OptionalText(string assetId, JsonObject members, string name) =>
        Member(assetId, members, name) switch
        {
            null => null,
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => throw NotOne(assetId, $"\"{name}\" is not a text"),
        };

    private static JsonNode? Member(string assetId, JsonObject members, string name) =>
        members.TryGetPropertyValue(name, out var node) ? node : throw NotOne(assetId, $"\"{name}\" is missing");

    private static AssetStatusTransportException NotOne(string assetId, string why) =>
        new(assetId, $"the agent's answer is no status: {why}");
}
