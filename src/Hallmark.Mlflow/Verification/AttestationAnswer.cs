using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Verification;

/// <summary>What the attestation service said, as a value: this room asks no network.</summary>
/// <param name="IsEnabled">False where a client is configured and switched off.</param>
/// <param name="Result">The normalised answer (mlflow-events.md §13), or null where none came.</param>
public sealed record AttestationAnswer(bool IsEnabled, JsonObject? Result);
