namespace Hallmark.Mlflow.Events;

/// <summary>What an event is about, in one line: how the ledger finds it.</summary>
public static class SubjectKeys
{
    /// <summary>A run.</summary>
    public static string Run(string runId) => "run:" + runId;

    /// <summary>A model version.</summary>
    public static string ModelVersion(string name, string version) => $"model:{name}/{version}";

    /// <summary>A dataset, as MLflow knows it or by its content.</summary>
    public static string Dataset(string name) => "dataset:" + name;

    /// <summary>A file, by the name it was recorded under.</summary>
    public static string File(string name) => "file:" + name;

    /// <summary>A prediction.</summary>
    public static string Prediction(string decisionId) => "prediction:" + decisionId;
}
