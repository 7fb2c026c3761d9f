using Hallmark.Core.Events;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;

namespace Hallmark.Bench.Serving;

/// <summary>The same model without a log: what the server would cost if it promised nothing.</summary>
internal sealed class UnrecordedModel(ModelIdentity identity, IModelRunner runner) : IScoringModel
{
    private static readonly LoggedEntry Nothing = new(0, ReadOnlyMemory<byte>.Empty, null, "", null, "", null, DateTimeOffset.UnixEpoch);

    private readonly RandomEventIds _ids = new();

    public ModelIdentity Identity => identity;

    public string Kind => runner.Kind;

    public IReadOnlyList<ModelField> Inputs => runner.Inputs;

    public IReadOnlyList<ModelField> Outputs => runner.Outputs;

    public async Task<ScoredPrediction?> TryPredictAsync(ModelInput input, CallerTraces traces, CancellationToken cancellationToken)
    {
        var output = await runner.RunAsync(input, cancellationToken);
        return new ScoredPrediction(output, _ids.Next(), Task.FromResult(Nothing), _ => Task.CompletedTask);
    }

    public Task<ReadOnlyMemory<byte>?> FindReceiptAsync(string decisionId, CancellationToken cancellationToken) =>
        Task.FromResult<ReadOnlyMemory<byte>?>(null);
}
