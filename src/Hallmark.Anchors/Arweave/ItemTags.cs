using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Envelopes;

namespace Hallmark.Anchors.Arweave;

/// <summary>The tags of the items that an anchor sends. Public, so they never carry names, paths or personal data.</summary>
internal static class ItemTags
{
    /// <summary>Names that an item's own tags have in direct mode: a caller's tag of such a name would be left out.</summary>
    public static readonly IReadOnlyList<string> BaselineNames =
    [
        "Content-Type",
        "App-Name",
        "App-Version",
        "Event-Type",
        "Event-Id",
        "Chain-Prev",
    ];

    /// <summary>The tag of batched mode that names the content handed over; only where the owner asks for it.</summary>
    public const string ContentHash = "Content-Hash";

    private const string JsonType = "application/json";

    /// <summary>The tags of an envelope that is an item of its own (<c>mlflow-events.md</c> §8.2), in their order.</summary>
    /// <remarks>
    /// Values are written as Python's <c>str</c> writes them. An old proof, which has no <c>payload_hash</c>, tells type and id in its record. A tag cannot be
    /// empty, so an empty value counts as absent.
    /// </remarks>
    /// <param name="envelope">The envelope.</param>
    /// <param name="appVersion">The version of this program.</param>
    /// <param name="extra">Further tags of the caller's; one whose name is taken is left out.</param>
    public static IReadOnlyList<DataItemTag> Direct(EnvelopeView envelope, string appVersion, IEnumerable<DataItemTag>? extra = null)
    {
        var isLegacy = !envelope.Members.ContainsKey("payload_hash");
        var told = isLegacy ? envelope.Members["record"] as JsonObject : envelope.Members;
        List<DataItemTag> tags =
        [
            new("Content-Type", JsonType),
            new("App-Name", "ar-io-mlflow"),
            new("App-Version", appVersion),
            new("Event-Type", Find(told, "event_type") ?? "unknown"),
            new("Event-Id", Find(told, "event_id") ?? (isLegacy ? Find(told, "decision_id") : null) ?? "unknown"),
            new("Chain-Prev", Find(envelope.Members, "previous_hash") ?? EnvelopeDrafts.Genesis),
        ];
        tags.AddRange((extra ?? []).Where(tag => !BaselineNames.Contains(tag.Name, StringComparer.Ordinal)));
        return tags;
    }

    /// <summary>The tags of a checkpoint of <c>ario.events/v1</c> (envelope family §8), in their order.</summary>
    /// <param name="envelope">The checkpoint's envelope.</param>
    /// <param name="scope">Lower-case hex SHA-256 of a namespace; null for none.</param>
    /// <param name="contentHash">Lower-case hex SHA-256 of the signed checkpoint; null where it is not to be said in public.</param>
    public static IReadOnlyList<DataItemTag> Batched(EnvelopeView envelope, string? scope, string? contentHash = null)
    {
        List<DataItemTag> tags =
        [
            new("Content-Type", JsonType),
            new("App-Name", "ario-anchor"),
            new("App-Version", SpecVersion.Events),
            new("Environment", envelope.Environment ?? "unknown"),
        ];
        if (scope is not null)
        {
            tags.Add(new DataItemTag("Scope", scope));
        }

        if (contentHash is not null)
        {
            tags.Add(new DataItemTag(ContentHash, contentHash));
        }

        return tags;
    }

    /// <summary>The first of the expected tags that an item does not have exactly once and with that value; null where all agree.</summary>
    /// <param name="item">The item.</param>
    /// <param name="expected">The tags as they would be made.</param>
    /// <param name="anyValue">A tag that only has to be there.</param>
    public static string? FindMismatch(DataItem item, IReadOnlyList<DataItemTag> expected, string? anyValue = null)
    {
        foreach (var tag in expected)
        {
            var values = item.Tags.Where(found => found.Name == tag.Name).Select(found => found.Value).ToList();
            if (values.Count != 1 || (values[0] != tag.Value && tag.Name != anyValue))
            {
                return tag.Name;
            }
        }

        return null;
    }

    private static string? Find(JsonObject? members, string name)
    {
        if (members is null || !members.TryGetPropertyValue(name, out var value))
        {
            return null;
        }

        var text = value?.GetValueKind() switch
        {
            null => "None",
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            JsonValueKind.String => value.GetValue<string>(),
            _ => value.ToJsonString(),
        };
        return text.Length > 0 ? text : null;
    }
}
