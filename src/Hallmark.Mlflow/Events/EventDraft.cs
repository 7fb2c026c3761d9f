using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Events;

/// <summary>An event before it is sealed.</summary>
internal sealed record EventDraft
{
    /// <summary>A UUID in lower case with dashes; null for a new one.</summary>
    public string? EventId { get; init; }

    public required JsonObject Payload { get; init; }

    public required JsonObject Subject { get; init; }

    public required string SubjectKey { get; init; }

    /// <summary>A payload hash or transaction id, or <c>GENESIS</c>.</summary>
    public string PreviousHash { get; init; } = EnvelopeDrafts.Genesis;

    public string Profile { get; init; } = SpecVersion.Mlflow;

    public ChainLink? Chain { get; init; }
}
