using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>One gateway's answer about one checkpoint.</summary>
/// <param name="Gateway">The gateway as the caller named it.</param>
/// <param name="Outcome">What it said.</param>
public sealed record GatewayAnswer(string Gateway, GatewayOutcome Outcome)
{
    /// <summary>The answer as the family's kernels give it.</summary>
    public JsonObject ToJson() => new() { ["gateway"] = Gateway, ["outcome"] = EvidenceWords.Of(Outcome) };
}
