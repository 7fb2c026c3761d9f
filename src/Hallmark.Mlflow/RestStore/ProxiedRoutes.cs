using System.Text.RegularExpressions;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Artifacts that the server serves itself: <c>mlflow-artifacts:</c>.</summary>
/// <param name="http">The server.</param>
/// <param name="root">Path of the tree's root below the server's artifact root, without slashes around it.</param>
internal sealed partial class ProxiedRoutes(MlflowHttp http, string root) : IArtifactRoutes
{
    private const string Art = "api/2.0/mlflow-artifacts/artifacts";

    public async Task<IReadOnlyList<ListedEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(MlflowRequest.Get(Art).Query("path", Whole(folder)), cancellationToken).ConfigureAwait(false);
        return answer.IsNotFound ? [] : ListedEntry.Read(answer.Require(), prefix: "");
    }

    public MlflowRequest Download(string path)
    {
        var whole = Whole(path);

        // A name beyond ASCII cannot be had from this route (specs/mlflow.md §0.4): the run's own route can give it.
        if (!System.Text.Ascii.IsValid(whole.AsSpan(whole.LastIndexOf('/') + 1)))
        {
            if (OfRun().Match(whole) is { Success: true } run)
            {
                return RunArtifactRoutes.DownloadOf(run.Groups["id"].Value, run.Groups["rest"].Value);
            }

            if (OfLoggedModel().Match(whole) is { Success: true } model)
            {
                return LoggedModelArtifactRoutes.DownloadOf(model.Groups["id"].Value, model.Groups["rest"].Value);
            }
        }

        return MlflowRequest.Get(Art + "/" + MlflowRequest.EscapePath(whole));
    }

    public MlflowRequest Upload(string path, ReadOnlyMemory<byte> content) =>
        MlflowRequest.WithBytes(HttpMethod.Put, Art + "/" + MlflowRequest.EscapePath(Whole(path)), content);

    private string Whole(string path) =>
        root.Length == 0 ? path
        : path.Length == 0 ? root
        : root + "/" + path;

    [GeneratedRegex(
        "(^|/)(?<id>[0-9a-f]{32})/artifacts/(?<rest>.+)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        1000
    )]
    internal static partial Regex OfRun();

    [GeneratedRegex(
        "(^|/)models/(?<id>m-[0-9a-f]{32})/artifacts/(?<rest>.+)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        1000
    )]
    internal static partial Regex OfLoggedModel();
}
