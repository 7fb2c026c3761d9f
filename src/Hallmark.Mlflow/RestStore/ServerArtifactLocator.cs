using System.Text.RegularExpressions;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Finds the way to what an artifact URI of a server's names: after relocation on this machine, behind the server, or in a folder of the server's machine.</summary>
internal sealed class ServerArtifactLocator(MlflowHttp http, IReadOnlyList<Relocation> relocations)
{
    private readonly ArtifactLocator _locator = new(relocations);

    /// <exception cref="MlflowUnavailableException">Another host, or a scheme that neither this machine nor the server's routes reach.</exception>
    /// <exception cref="MlflowFormatException">The text is no artifact URI, or leads out of its root.</exception>
    public IArtifactRepository Open(string artifactUri)
    {
        var uri = _locator.Locate(artifactUri);
        if (uri.Scheme == ArtifactUri.ProxyScheme)
        {
            RequireSameServer(uri);
            return new ServerArtifactRepository(http, new ProxiedRoutes(http, uri.Path.Trim('/')), uri.ToString());
        }

        if (!uri.IsLocal)
        {
            throw ArtifactLocator.Unreachable(uri);
        }

        if (Directory.Exists(uri.Path) || uri != ArtifactUri.Parse(artifactUri))
        {
            return new LocalArtifactRepository(uri); // it lies here, or the user says that it does
        }

        return ThroughServer(uri) is { } routes
            ? new ServerArtifactRepository(http, routes, uri.ToString())
            : throw new MlflowUnavailableException(
                $"The artifacts at {uri} are not on this machine, and the MLflow server has no route to them",
                "run this on the server's machine, or copy them here and say where they are: --relocate OLD=NEW"
            );
    }

    /// <summary>Artifacts in a folder of the server's machine: the server itself can give those of a run or a logged model.</summary>
    private IArtifactRoutes? ThroughServer(ArtifactUri uri)
    {
        // The patterns want something below the artifact folder.
        var path = uri.Path + "/.";
        if (ProxiedRoutes.OfRun().Match(path) is { Success: true } run)
        {
            return new RunArtifactRoutes(http, run.Groups["id"].Value, RootOf(run), uri with { Path = ArtifactFolderOf(run) });
        }

        return ProxiedRoutes.OfLoggedModel().Match(path) is { Success: true } model
            ? new LoggedModelArtifactRoutes(http, model.Groups["id"].Value, RootOf(model), uri with { Path = ArtifactFolderOf(model) })
            : null;

        static string RootOf(Match match) => match.Groups["rest"].Value[..^1].TrimEnd('/');

        string ArtifactFolderOf(Match match) => path[..match.Groups["rest"].Index].TrimEnd('/');
    }

    private void RequireSameServer(ArtifactUri uri)
    {
        if (
            uri.Authority.Length > 0
            && !string.Equals(uri.Authority, http.Base.Authority, StringComparison.OrdinalIgnoreCase)
            && !string.Equals(uri.Authority, $"{http.Base.Host}:{http.Base.Port}", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new MlflowUnavailableException(
                $"The artifacts are on another server, {Printable.Text(uri.Authority)}, and credentials are not sent there",
                "use that server's address as the tracking URI, or name a copy with --relocate"
            );
        }
    }
}
