using Hallmark.Core.Failures;

namespace Hallmark.Inference.Status;

/// <summary>Lets a model through where the monitoring agent says that it is as registered (mlflow-events.md §14.3 and §14.4).</summary>
/// <param name="client">Asks the agent.</param>
/// <param name="assetId">The model's id in the agent's policy.</param>
/// <param name="policy">What happens where the answer is not a good one.</param>
/// <param name="warn">Told what <see cref="GatePolicy.FailOpen"/> lets through.</param>
public sealed class AssetGate(AssetStatusClient client, string assetId, GatePolicy policy, Action<GateWarning> warn)
{
    /// <summary>The phase of loading a model.</summary>
    public const string LoadPhase = "load";

    /// <summary>The phase of a prediction.</summary>
    public const string PredictPhase = "predict";

    /// <summary>Reads a policy's name: <c>fail_closed</c>, <c>raise</c>, <c>fail_open</c>.</summary>
    /// <exception cref="BadInputException">It is none of them.</exception>
    public static GatePolicy ParsePolicy(string name) =>
        name switch
        {
            "fail_closed" => GatePolicy.FailClosed,
            "raise" => GatePolicy.Raise,
            "fail_open" => GatePolicy.FailOpen,
            _ => throw new BadInputException($"\"{name}\" is no gate policy; known are fail_closed, raise and fail_open"),
        };

    /// <summary>The failure that an answer stands for, or null where the asset may be used.</summary>
    public static AssetStatusException? FindFailure(AssetStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Outcome switch
        {
            AssetOutcome.Verified when !status.IsStale => null,
            AssetOutcome.Verified or AssetOutcome.Unavailable => new AssetStaleException(status),
            AssetOutcome.Tampered => new AssetTamperedException(status),
            AssetOutcome.Missing => new AssetMissingException(status),
            _ => new AssetUnknownException(status),
        };
    }

    /// <summary>Returns where the asset may be used, or where the policy lets it through with a warning.</summary>
    /// <param name="phase"><see cref="LoadPhase"/> or <see cref="PredictPhase"/>.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The agent's answer; null where there was none and the policy let it through.</returns>
    /// <exception cref="AssetStatusException">It may not, and the policy lets nothing through.</exception>
    public async Task<AssetStatus?> PassAsync(string phase, CancellationToken cancellationToken)
    {
        try
        {
            var status = await client.AskAsync(assetId, cancellationToken).ConfigureAwait(false);
            return FindFailure(status) is { } failure ? throw failure : status;
        }
        catch (AssetStatusException failure) when (policy is GatePolicy.FailOpen)
        {
            warn(new GateWarning(assetId, phase, failure));
            return failure.Status;
        }
    }
}
