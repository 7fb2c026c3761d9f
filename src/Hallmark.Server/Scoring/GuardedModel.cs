using System.Text.Json.Nodes;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;

namespace Hallmark.Server.Scoring;

/// <summary>A model that passed the gate, as a scoring server answers with it. Runner and log stay the caller's.</summary>
/// <param name="predictions">Makes predictions that go into the log.</param>
/// <param name="identity">Which model it is.</param>
/// <param name="runner">What runs it.</param>
/// <param name="findReceipt">Finds the receipt of a decision id, as JSON.</param>
/// <param name="metadata">What else goes into each record; or null.</param>
public sealed class GuardedModel(
    PredictionService predictions,
    ModelIdentity identity,
    IModelRunner runner,
    Func<string, CancellationToken, Task<ReadOnlyMemory<byte>?>> findReceipt,
    JsonObject? metadata = null
) : IScoringModel
{
    /// <inheritdoc />
    public ModelIdentity Identity => identity;

    /// <inheritdoc />
    public string Kind => runner.Kind;

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Inputs => runner.Inputs;

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Outputs => runner.Outputs;

    /// <inheritdoc />
    public bool IsReady => runner.IsReady;

    /// <inheritdoc />
    public bool HandsOnBytes => runner.HandsOnBytes;

    /// <inheritdoc />
    public async Task<ScoredPrediction?> TryPredictAsync(ModelInput input, CallerTraces traces, CancellationToken cancellationToken)
    {
        try
        {
            var prediction = await predictions
                .PredictAsync(
                    input,
                    new PredictOptions
                    {
                        Span = traces.Span,
                        MlflowTraceId = traces.MlflowTraceId,
                        Metadata = metadata?.DeepClone().AsObject(),
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            return new ScoredPrediction(
                prediction.Output,
                prediction.DecisionId,
                prediction.Logged,
                token => prediction.WaitAsync(PredictionStage.Checkpointed, token)
            );
        }
        catch (PredictionLogFullException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>?> FindReceiptAsync(string decisionId, CancellationToken cancellationToken) =>
        findReceipt(decisionId, cancellationToken);
}
