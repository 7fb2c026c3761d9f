using System.Text.Json.Nodes;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;

namespace Hallmark.Bench.Predictions;

/// <summary>The smallest model there can be, so that what is measured is the log and not the model.</summary>
internal sealed class PlainRunner : IModelRunner
{
    public static ModelIdentity Identity { get; } =
        new()
        {
            Uri = "models:/credit-scorer/3",
            Name = "credit-scorer",
            Version = "3",
            RunId = "0123456789abcdef0123456789abcdef",
            ArtifactVerified = true,
        };

    public string Kind => "plain";

    public IReadOnlyList<ModelField> Inputs => [];

    public IReadOnlyList<ModelField> Outputs => [];

    /// <summary>A small input, as a caller has it.</summary>
    public static ModelInput Input() => ModelInput.Of(new JsonArray(78_000, 0.18, 0.22, 72, 745));

    public Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken) =>
        Task.FromResult(new ModelOutput(new JsonArray(0.5), []));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
