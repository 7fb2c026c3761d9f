using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;

namespace Hallmark.Inference.CrashPredictor;

/// <summary>A model that doubles the second number of its input.</summary>
internal sealed class Doubling : IModelRunner
{
    public string Kind => "doubling";

    public IReadOnlyList<ModelField> Inputs => [];

    public IReadOnlyList<ModelField> Outputs => [];

    public Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken) =>
        Task.FromResult(new ModelOutput(new JsonArray(2 * (int)input.Value![1]!), []));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
