namespace Hallmark.Mlflow.Events;

/// <summary>What came of hashing a run's artifacts (mlflow-events.md §3.3). The default is not a success.</summary>
public enum ArtifactStatus
{
    /// <summary>The artifacts are not there or could not be read; the map is empty.</summary>
    HashFailed = 0,

    /// <summary>The place is there and holds no files; the map is empty.</summary>
    NoArtifacts,

    /// <summary>Every file was hashed.</summary>
    Hashed,
}
