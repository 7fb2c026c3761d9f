using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>The events and subjects of the profile <c>ario.mlflow/v1</c> (envelope family §6).</summary>
public static class MlflowEvents
{
    /// <summary>A run ended; links to the model's training before it.</summary>
    public const string TrainingComplete = "training_complete";

    /// <summary>A dataset; begins a chain of its own.</summary>
    public const string Dataset = "dataset";

    /// <summary>A model version was registered; links to the training's transaction.</summary>
    public const string ModelRegistered = "model_registered";

    /// <summary>A model version changed its stage or alias; links to the registration's transaction.</summary>
    public const string StageTransition = "stage_transition";

    /// <summary>A model decided something; links to the registration's transaction.</summary>
    public const string Prediction = "prediction";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [TrainingComplete, Dataset, ModelRegistered, StageTransition, Prediction];

    /// <summary>A run; the tracking URI only where the user asked for it to be published.</summary>
    public static JsonObject RunSubject(string runId, string? trackingUri = null) =>
        With(new() { ["type"] = "mlflow_run", ["run_id"] = runId }, "tracking_uri", trackingUri);

    /// <summary>A dataset.</summary>
    public static JsonObject DatasetSubject(string name, string digest) =>
        new()
        {
            ["type"] = "mlflow_dataset",
            ["name"] = name,
            ["digest"] = digest,
        };

    /// <summary>A version of a registered model; the version is text.</summary>
    public static JsonObject ModelVersionSubject(string name, string version) =>
        new()
        {
            ["type"] = "mlflow_model_version",
            ["name"] = name,
            ["version"] = version,
        };

    /// <summary>A decision; the trace only where one was active.</summary>
    public static JsonObject PredictionSubject(string decisionId, string modelRunId, string? traceId = null) =>
        With(
            new()
            {
                ["type"] = "mlflow_prediction",
                ["decision_id"] = decisionId,
                ["model_run_id"] = modelRunId,
            },
            "trace_id",
            traceId
        );

    private static JsonObject With(JsonObject subject, string name, string? value)
    {
        if (value is not null)
        {
            subject[name] = value;
        }

        return subject;
    }
}
