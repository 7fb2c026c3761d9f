using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;

namespace Hallmark.Bench.Serving;

/// <summary>A model that costs next to nothing, so that the server is what is measured: the sum of each row.</summary>
internal sealed class SumRunner : IModelRunner
{
    public string Kind => "sum";

    public IReadOnlyList<ModelField> Inputs => [];

    public IReadOnlyList<ModelField> Outputs => [];

    public Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken)
    {
        var rows = input.Value!.AsArray(); // the client below sends lists of rows only
        var sums = new JsonArray([.. rows.Select(row => (JsonNode)row!.AsArray().Sum(cell => cell!.GetValue<double>()))]);
        return Task.FromResult(new ModelOutput(sums, []));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
