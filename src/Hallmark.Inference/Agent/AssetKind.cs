namespace Hallmark.Inference.Agent;

/// <summary>What an asset is, and so how it is hashed. Fixed by the policy: a file in a folder's place is never taken for that folder.</summary>
public enum AssetKind
{
    /// <summary>One file: SHA-256 of its bytes. Policy type <c>file</c>.</summary>
    File = 0,

    /// <summary>A folder: SHA-256 of the canonical map of every file's path and SHA-256. Policy type <c>folder</c>.</summary>
    Folder,

    /// <summary>A folder as MLflow's events hash it, without <c>registered_model_meta</c>: the value of <c>ario.artifact_hash</c> (mlflow-events.md §3.3). Policy type <c>mlflow_model</c>.</summary>
    MlflowModel,
}
