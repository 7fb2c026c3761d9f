using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>A hash of raw content that an envelope with an inline payload commits to (envelope family §5.3).</summary>
/// <param name="Role">What the event says about that content.</param>
/// <param name="Value">The text that stands in the payload; nothing is known about its form.</param>
public readonly record struct ContentHash(ContentRole Role, string Value)
{
    /// <summary>The content hashes of an envelope in the order in which they are compared; empty for events that have none.</summary>
    public static IReadOnlyList<ContentHash> Of(JsonObject envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope["payload"] is not JsonObject payload)
        {
            return [];
        }

        (ContentRole Role, string? Value)[] candidates = MemberText.Find(envelope, "event_type") switch
        {
            AgentEvents.AssetRegistered => [(ContentRole.Asset, MemberText.Find(payload, "hash"))],
            AgentEvents.AssetMissing => [(ContentRole.Baseline, MemberText.Find(payload["baseline"], "hash"))],
            AgentEvents.TamperDetected =>
            [
                (ContentRole.Observed, MemberText.Find(payload["observed"], "hash")),
                (ContentRole.Baseline, MemberText.Find(payload["baseline"], "hash")),
            ],
            _ => [],
        };
        return
        [
            .. candidates
                .Where(candidate => candidate.Value is not null)
                .Select(candidate => new ContentHash(candidate.Role, candidate.Value!)),
        ]; // ! filtered just before
    }
}
