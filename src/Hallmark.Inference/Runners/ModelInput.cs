using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>What one prediction is made of. The value must not be changed after it was handed over.</summary>
/// <param name="Form">How the value is written.</param>
/// <param name="Value">The value: for MLflow's forms the one under that member, for CSV the text, for the Open Inference Protocol the list of tensors.</param>
/// <param name="Parameters">The parameters of the request (MLflow's <c>params</c>), or null.</param>
public sealed record ModelInput(InputForm Form, JsonNode? Value, JsonObject? Parameters = null)
{
    /// <summary>The request that the value was read from, where it can be handed on as it came; else null.</summary>
    public RawRequest? Raw { get; init; }

    /// <summary>A value of a caller in this process.</summary>
    public static ModelInput Of(JsonNode? value) => new(InputForm.Plain, value);
}
