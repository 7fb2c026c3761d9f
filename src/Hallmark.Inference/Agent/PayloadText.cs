using System.Text.Json.Nodes;

namespace Hallmark.Inference.Agent;

/// <summary>Texts in payloads that somebody may have altered.</summary>
internal static class PayloadText
{
    /// <summary>The text of a member; null where it is absent or no text.</summary>
    public static string? Find(JsonObject members, string name) =>
        members[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
