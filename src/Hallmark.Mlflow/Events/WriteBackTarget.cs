namespace Hallmark.Mlflow.Events;

/// <summary>What a write-back writes to. The default is nothing.</summary>
public enum WriteBackTarget
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A run's tag.</summary>
    RunTag,

    /// <summary>A registered model's tag.</summary>
    RegisteredModelTag,

    /// <summary>A model version's tag.</summary>
    ModelVersionTag,

    /// <summary>A trace's tag.</summary>
    TraceTag,

    /// <summary>A file among a run's artifacts.</summary>
    RunArtifact,
}
