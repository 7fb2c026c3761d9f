using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>An MLflow 3 logged model's artifacts through the server that can read them; reading only.</summary>
/// <param name="http">The server.</param>
/// <param name="modelId">The model, <c>m-…</c>.</param>
/// <param name="root">Path of the tree's root below the model's artifacts; empty for all of them.</param>
/// <param name="artifactUri">The model's artifact URI as the server must name it.</param>
internal sealed class LoggedModelArtifactRoutes(MlflowHttp http, string modelId, string root, ArtifactUri artifactUri) : IArtifactRoutes
{
    public async Task<IReadOnlyList<ListedEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var path =
            root.Length == 0 ? folder
            : folder.Length == 0 ? root
            : root + "/" + folder;
        var request = MlflowRequest.Get($"api/2.0/mlflow/logged-models/{modelId}/artifacts/directories");
        if (path.Length > 0)
        {
            request.Query("artifact_directory_path", path);
        }

        var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
        {
            return [];
        }

        var listing = answer.Require();
        if (listing.FindText("root_uri") is { } uri && ArtifactUri.Parse(uri) != artifactUri)
        {
            throw new MlflowUnavailableException(
                $"the artifacts at {artifactUri} are not the model's: the server says {TextFromServer.Clean(uri, 300)}"
            );
        }

        return ListedEntry.Read(listing, path.Length == 0 ? "" : path + "/");
    }

    public MlflowRequest Download(string path) => DownloadOf(modelId, root.Length == 0 ? path : root + "/" + path);

    public MlflowRequest? Upload(string path, ReadOnlyMemory<byte> content) => null;

    public static MlflowRequest DownloadOf(string modelId, string path) =>
        MlflowRequest.Get($"ajax-api/2.0/mlflow/logged-models/{modelId}/artifacts/files").Query("artifact_file_path", path);
}
