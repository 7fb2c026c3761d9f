using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Core.Evidence;

/// <summary>A claim to be complete: all events of a scope and a time (envelope family §17).</summary>
/// <param name="Scope">What they have in common.</param>
/// <param name="Values">Every key, tag or wallet that was in use in that time; at least one.</param>
/// <param name="App">Whose events.</param>
/// <param name="From">From when on, by witnessed time.</param>
/// <param name="To">Until when, by witnessed time; that moment no longer belongs to it.</param>
public sealed record CompletenessTicket(
    CompletenessScope Scope,
    IReadOnlyList<string> Values,
    string App,
    DateTimeOffset From,
    DateTimeOffset To
)
{
    private static readonly (CompletenessScope Scope, string Name)[] Names =
    [
        (CompletenessScope.SigningKeyTag, "signing_key_tag"),
        (CompletenessScope.OpaqueScopeTag, "opaque_scope_tag"),
        (CompletenessScope.FundingOwner, "funding_owner"),
    ];

    /// <summary>Reads a ticket of anybody's.</summary>
    /// <returns>Null where a member is missing or of another form, or the time is empty.</returns>
    public static CompletenessTicket? TryRead(JsonNode? json)
    {
        var key = (json as JsonObject)?["scope_key"] as JsonObject;
        var kind = MemberText.Find(key, "kind");
        var scope = Array.Find(Names, entry => entry.Name == kind).Scope;
        var values = (key?["values"] as JsonArray)?.Select(MemberText.Find).ToArray();
        return
            scope != CompletenessScope.None
            && values is { Length: > 0 }
            && !values.Any(string.IsNullOrEmpty)
            && MemberText.Find(json, "app") is { } app
            && EnvelopeTime.TryParse(MemberText.Find(json, "from"), out var from)
            && EnvelopeTime.TryParse(MemberText.Find(json, "to"), out var to)
            && from < to
            ? new CompletenessTicket(scope, values!, app, from, to) // ! looked at just before
            : null;
    }

    /// <summary>Whether an event that was witnessed at a time belongs to it.</summary>
    public bool Covers(DateTimeOffset witnessed) => From <= witnessed && witnessed < To;

    /// <summary>The ticket as JSON, times in UTC with milliseconds.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["scope_key"] = new JsonObject
            {
                ["kind"] = Array.Find(Names, entry => entry.Scope == Scope).Name,
                ["values"] = new JsonArray([.. Values.Select(value => (JsonNode)value)]),
            },
            ["app"] = App,
            ["from"] = EnvelopeTime.Milliseconds(From),
            ["to"] = EnvelopeTime.Milliseconds(To),
        };
}
