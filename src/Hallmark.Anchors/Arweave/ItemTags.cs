using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Envelopes;

namespace Hallmark.Anchors.Arweave;

/// <summary>The tags of the items that an anchor sends. Public, so they never carry names, paths or personal data.</summary>
internal static class ItemTags
{
    private const string Json = "application/json";

    /// <summary>The tags of an envelope that is an item of its own (<c>mlflow-events.md</c> §8.2), in their order.</summary>
    public static IReadOnlyList<DataItemTag> Direct(EnvelopeView envelope, string appVersion) =>
        [
            new("Content-Type", Json),
            new("App-Name", "ar-io-mlflow"),
            new("App-Version", appVersion),
            new("Event-Type", envelope.EventType is { Length: > 0 } type ? type : "unknown"),
            new("Event-Id", envelope.EventId is { Length: > 0 } id ? id : "unknown"),
            new("Chain-Prev", envelope.PreviousHash is { Length: > 0 } previous ? previous : EnvelopeDrafts.Genesis),
        ];

    /// <summary>The tags of a checkpoint of <c>ario.events/v1</c> (envelope family §8), in their order.</summary>
    public static IReadOnlyList<DataItemTag> Batched(EnvelopeView envelope, string? scope)
    {
        List<DataItemTag> tags =
        [
            new("Content-Type", Json),
            new("App-Name", "ario-anchor"),
            new("App-Version", SpecVersion.Events),
            new("Environment", envelope.Environment ?? "unknown"),
        ];
        if (scope is not null)
        {
            tags.Add(new DataItemTag("Scope", scope));
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
}
