using System.Text.RegularExpressions;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Finds the way to what an artifact URI of a server's names.</summary>
internal static class ServerArtifactUri
{
    private const string Proxied = "mlflow-artifacts:";

    /// <exception cref="MlflowUnavailableException">Another host, or a scheme that neither this machine nor the server's routes reach.</exception>
    /// <exception cref="MlflowFormatException">The URI leads out of its root.</exception>
    public static IArtifactRepository Open(string uri, MlflowHttp http)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (uri.StartsWith(Proxied, StringComparison.OrdinalIgnoreCase))
        {
            return new ServerArtifactRepository(http, new ProxiedRoutes(http, PathOf(uri, http)), uri);
        }

        if (uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || uri.StartsWith('/'))
        {
            if (ThroughServer(uri, http) is { } routes)
            {
                return new ServerArtifactRepository(http, routes, uri);
            }
        }

        var scheme = uri.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? uri[..colon] : "this kind";
        throw new MlflowUnavailableException(
            $"artifacts of {TextFromServer.Clean(scheme, 20)} cannot be reached: {TextFromServer.Clean(uri, 300)}",
            "serve them through the MLflow server (--serve-artifacts), or copy them to this machine and name the copy with --relocate");
    }

    /// <summary>Artifacts in a folder of the server's machine: the server itself can give those of a run or a logged model.</summary>
    private static IArtifactRoutes? ThroughServer(string uri, MlflowHttp http)
    {
        var whole = uri.TrimEnd('/') + "/";
        if (ProxiedRoutes.OfRun().Match(whole + "x") is { Success: true } run)
        {
            var (root, artifactUri) = Parts(run);
            return new RunArtifactRoutes(http, run.Groups["id"].Value, root, artifactUri);
        }

        if (ProxiedRoutes.OfLoggedModel().Match(whole + "x") is { Success: true } model)
        {
            var (root, artifactUri) = Parts(model);
            return new LoggedModelArtifactRoutes(http, model.Groups["id"].Value, root, artifactUri);
        }

        return null;

        (string Root, string ArtifactUri) Parts(Match match)
        {
            var rest = match.Groups["rest"];
            var root = rest.Value[..^1].TrimEnd('/');
            if (uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            {
                root = Uri.UnescapeDataString(root);
            }

            return (Checked(root), whole[..rest.Index].TrimEnd('/'));
        }
    }

    private static string PathOf(string uri, MlflowHttp http)
    {
        var path = uri[Proxied.Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', 2) is var slash and >= 0 ? slash : path.Length;
            var authority = path[2..end];
            if (authority.Length > 0 && !string.Equals(authority, http.Base.Authority, StringComparison.OrdinalIgnoreCase)
                && !string.Equals(authority, $"{http.Base.Host}:{http.Base.Port}", StringComparison.OrdinalIgnoreCase))
            {
                throw new MlflowUnavailableException(
                    $"the artifacts are on another server, {TextFromServer.Clean(authority, 200)}, and credentials are not sent there",
                    "set MLFLOW_TRACKING_URI to that server, or name a copy with --relocate");
            }

            path = path[end..];
        }

        return Checked(path.Trim('/'));
    }

    private static string Checked(string path) =>
        path.Length == 0 || (path.Length <= 4096 && Array.TrueForAll(path.Split('/'), ArtifactPath.IsSegment))
            ? path
            : throw new MlflowFormatException($"an artifact URI leads out of its root: '{TextFromServer.Clean(path, 300)}'");
}
