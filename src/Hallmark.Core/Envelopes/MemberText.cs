using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>Reads strings out of JSON that may hold anything.</summary>
internal static class MemberText
{
    /// <summary>The string of a node, or null where it is something else or holds a lone surrogate.</summary>
    internal static string? Find(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.TryGetValue(out string? text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // A looser reader let an ill-formed string in; it is found only when it is asked for.
            return null;
        }
    }

    /// <summary>The string of a node's member, or null.</summary>
    internal static string? Find(JsonNode? node, string name) => node is JsonObject members ? Find(members[name]) : null;
}
