using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>A run's artifacts through the server that can read them (<c>artifacts/list</c>, <c>/get-artifact</c>), whatever their URI; reading only.</summary>
/// <param name="http">The server.</param>
/// <param name="runId">The run.</param>
/// <param name="root">Path of the tree's root below the run's artifacts; empty for all of them.</param>
/// <param name="artifactUri">The run's artifact URI as the server must name it.</param>
internal sealed class RunArtifactRoutes(MlflowHttp http, string runId, string root, ArtifactUri artifactUri) : IArtifactRoutes
{
    public async Task<IReadOnlyList<ListedEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var path =
            root.Length == 0 ? folder
            : folder.Length == 0 ? root
            : root + "/" + folder;
        var entries = new List<ListedEntry>();
        await foreach (var page in Paging.WalkAsync(ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            if (page.FindText("root_uri") is { } uri && ArtifactUri.Parse(uri) != artifactUri)
            {
                throw new MlflowUnavailableException(
                    $"the artifacts at {artifactUri} are not the run's: the server says {TextFromServer.Clean(uri, 300)}"
                );
            }

            entries.AddRange(ListedEntry.Read(page, path.Length == 0 ? "" : path + "/"));
        }

        return ListedEntry.InOrder(entries, path);

        async Task<System.Text.Json.JsonElement?> ReadAsync(string? token, CancellationToken ct)
        {
            var request = MlflowRequest.Get("api/2.0/mlflow/artifacts/list").Query("run_id", runId);
            if (path.Length > 0)
            {
                request.Query("path", path);
            }

            var answer = await http.SendAsync(token is null ? request : request.Query("page_token", token), ct).ConfigureAwait(false);
            return answer.IsNotFound ? null : answer.Require();
        }
    }

    public MlflowRequest Download(string path) => DownloadOf(runId, root.Length == 0 ? path : root + "/" + path);

    public MlflowRequest? Upload(string path, ReadOnlyMemory<byte> content) => null;

    public static MlflowRequest DownloadOf(string runId, string path) =>
        MlflowRequest.Get("get-artifact").Query("run_uuid", runId).Query("path", path);
}
