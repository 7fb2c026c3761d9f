namespace Hallmark.Mlflow.Events;

/// <summary>The event types that this producer knows (mlflow-events.md §1, and our own of <c>hallmark/v1</c>).</summary>
public static class EventTypes
{
    /// <summary>A training run, recorded when it is complete.</summary>
    public const string Training = "training_complete";

    /// <summary>A dataset as MLflow knows it: name, source, schema and MLflow's own digest.</summary>
    public const string Dataset = "dataset";

    /// <summary>A model version was created.</summary>
    public const string Registration = "model_registered";

    /// <summary>A model version was moved to another stage.</summary>
    public const string StageTransition = "stage_transition";

    /// <summary>A verified model answered.</summary>
    public const string Prediction = "prediction";

    /// <summary>An alias was pointed at a model version (<c>hallmark/v1</c>).</summary>
    public const string AliasChanged = "alias_changed";

    /// <summary>A dataset's own bytes, file by file (<c>hallmark/v1</c>).</summary>
    public const string DatasetContent = "dataset_content";

    /// <summary>A file's own bytes (<c>hallmark/v1</c>).</summary>
    public const string FileAnchored = "file_anchored";
}
