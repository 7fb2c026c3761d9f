using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>What a model answered. Values must not be changed after they were handed over.</summary>
/// <param name="Value">The answer as MLflow's scoring protocol has it under <c>predictions</c>: what is hashed as the output.</param>
/// <param name="Tensors">The same as tensors, where the runner knows them; else empty.</param>
public sealed record ModelOutput(JsonNode? Value, IReadOnlyList<OutputTensor> Tensors);
