using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;

namespace Hallmark.Server.Scoring;

/// <summary>The guarded model that a <see cref="ScoringServer"/> answers with: each prediction has a place in the log before the model runs. Safe for use by several threads.</summary>
public interface IScoringModel
{
    /// <summary>Which model it is.</summary>
    ModelIdentity Identity { get; }

    /// <summary>What runs it, as <see cref="IModelRunner.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>The inputs that it takes, as far as it says.</summary>
    IReadOnlyList<ModelField> Inputs { get; }

    /// <summary>The outputs that it gives, as far as it says.</summary>
    IReadOnlyList<ModelField> Outputs { get; }

    /// <summary>False while every prediction is refused because what runs the model is gone, as <see cref="IModelRunner.IsReady"/>.</summary>
    bool IsReady => true;

    /// <summary>True where requests are handed on as they came, as <see cref="IModelRunner.HandsOnBytes"/>.</summary>
    bool HandsOnBytes => false;

    /// <summary>Reserves a place in the log, runs the model, and fills the place.</summary>
    /// <param name="input">What is asked.</param>
    /// <param name="traces">The traces that it belongs to, for the record.</param>
    /// <param name="cancellationToken">Ends the run; a prediction that was made is recorded all the same.</param>
    /// <returns>The prediction, on its way into the log; null where the log had no place, and the model has not run.</returns>
    /// <exception cref="ModelInputException">The input does not fit the model.</exception>
    /// <exception cref="ModelRunException">The model failed.</exception>
    /// <exception cref="ForwardedRefusalException">A server that the request was handed on to refused it.</exception>
    /// <exception cref="Core.Failures.UnavailableException">The log takes nothing, or what runs the model is out of reach.</exception>
    /// <exception cref="Inference.AssetVerificationException">The gate refuses; the model has not run.</exception>
    Task<ScoredPrediction?> TryPredictAsync(ModelInput input, CallerTraces traces, CancellationToken cancellationToken);

    /// <summary>The receipt of a prediction as it stands now, JSON; null where the log has no such prediction.</summary>
    Task<ReadOnlyMemory<byte>?> FindReceiptAsync(string decisionId, CancellationToken cancellationToken);
}
