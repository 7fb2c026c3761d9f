namespace Hallmark.Mlflow.Events;

/// <summary>Values of an envelope's <c>subject.type</c> (envelope.md §6, and our own of <c>hallmark/v1</c>).</summary>
public static class SubjectTypes
{
    /// <summary>A run; has <c>run_id</c>.</summary>
    public const string Run = "mlflow_run";

    /// <summary>A dataset; has <c>name</c> and <c>digest</c>.</summary>
    public const string Dataset = "mlflow_dataset";

    /// <summary>A model version; has <c>name</c> and <c>version</c>.</summary>
    public const string ModelVersion = "mlflow_model_version";

    /// <summary>A prediction; has <c>decision_id</c> and <c>model_run_id</c>.</summary>
    public const string Prediction = "mlflow_prediction";

    /// <summary>A file or folder by its content; has <c>name</c> and <c>digest</c> (<c>hallmark/v1</c>).</summary>
    public const string Content = "content";

    /// <summary>Predictions that never had a stored record.</summary>
    public const string LegacyTrace = "mlflow_trace";

    /// <summary>Predictions that never had a stored record.</summary>
    public const string LegacyDecision = "mlflow_decision";
}
