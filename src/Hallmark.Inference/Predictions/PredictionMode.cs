namespace Hallmark.Inference.Predictions;

/// <summary>How predictions are sealed.</summary>
public enum PredictionMode
{
    /// <summary><see cref="Direct"/> while they come slowly, <see cref="Batched"/> while they come fast.</summary>
    Automatic = 0,

    /// <summary>Each one is an event of <c>ario.mlflow/v1</c> as the original makes them, handed to anchors by itself and written back to MLflow.</summary>
    Direct,

    /// <summary>Each one is an event of <c>ario.events/v1</c>; anchors take the ledger's checkpoints, which follow within a second.</summary>
    Batched,
}
