using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>What a model answered. Values must not be changed after they were handed over.</summary>
/// <param name="Value">The answer as MLflow's scoring protocol has it under <c>predictions</c>, unless <see cref="Form"/> says otherwise: what is hashed as the output.</param>
/// <param name="Tensors">The same as tensors, where the runner knows them; else empty.</param>
public sealed record ModelOutput(JsonNode? Value, IReadOnlyList<OutputTensor> Tensors)
{
    /// <summary>How the value is written.</summary>
    public OutputForm Form { get; init; }

    /// <summary>The answer that the value was read from, where the caller gets it as it came; else null.</summary>
    public RawAnswer? Raw { get; init; }
}
