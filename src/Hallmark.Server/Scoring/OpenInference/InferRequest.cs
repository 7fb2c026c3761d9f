using Hallmark.Inference.Runners;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary>A request for an inference.</summary>
/// <param name="Id">The caller's own id, given back; or null.</param>
/// <param name="Input">The tensors, their data flat in row-major order.</param>
/// <param name="Outputs">The outputs that are wanted, in this order; null for all.</param>
internal sealed record InferRequest(string? Id, ModelInput Input, IReadOnlyList<string>? Outputs);
