namespace Hallmark.Mlflow.RestStore;

/// <summary>The routes by which one tree of artifacts is reached on a server.</summary>
internal interface IArtifactRoutes
{
    /// <summary>One folder's entries; empty where it does not exist or is a file.</summary>
    Task<IReadOnlyList<ListedEntry>> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>The request that downloads a file.</summary>
    MlflowRequest Download(string path);

    /// <summary>The request that writes a file; null where the server offers none.</summary>
    MlflowRequest? Upload(string path, ReadOnlyMemory<byte> content);
}
