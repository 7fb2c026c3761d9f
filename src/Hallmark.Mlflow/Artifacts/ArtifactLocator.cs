using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>Finds artifacts by the URIs that a store holds, after relocation. The longest matching relocation wins; each URI is relocated once.</summary>
/// <param name="relocations">In any order; of two that match equally long, the later one wins.</param>
public sealed class ArtifactLocator(IReadOnlyList<Relocation> relocations)
{
    /// <summary>Takes a URI apart and relocates it.</summary>
    /// <exception cref="MlflowFormatException">The text is no artifact URI.</exception>
    public ArtifactUri Locate(string artifactUri)
    {
        var uri = ArtifactUri.Parse(artifactUri);
        ArtifactUri? found = null;
        var length = -1;
        foreach (var relocation in relocations)
        {
            var rank = relocation.From.Path.TrimEnd('/').Length + relocation.From.Authority.Length;
            if (rank >= length && relocation.Apply(uri) is { } moved)
            {
                (found, length) = (moved, rank);
            }
        }

        return found ?? uri;
    }

    /// <summary>Opens a place on this machine.</summary>
    /// <exception cref="MlflowUnavailableException">After relocation the URI is not on this machine; the message names its scheme.</exception>
    public LocalArtifactRepository OpenLocal(string artifactUri)
    {
        var uri = Locate(artifactUri);
        return uri.IsLocal ? new LocalArtifactRepository(uri) : throw Unreachable(uri);
    }

    /// <summary>The failure for a URI whose scheme the store at hand cannot reach; names the scheme and says what to do.</summary>
    public static MlflowUnavailableException Unreachable(ArtifactUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.Scheme switch
        {
            ArtifactUri.ProxyScheme => new MlflowUnavailableException(
                $"The artifacts at {uri} lie behind a tracking server ('{uri.Scheme}:'), and the tracking URI names none",
                "use the server's http(s):// address as the tracking URI",
                "or name the folder where the server keeps them: --relocate mlflow-artifacts:/=/path/to/artifacts"
            ),
            "runs" or "models" => new MlflowUnavailableException(
                $"'{uri}' refers to a run or model ('{uri.Scheme}:') and is no place of files itself"
            ),
            _ => new MlflowUnavailableException(
                $"Artifacts at '{uri.Scheme}:' cannot be reached from here ({uri})",
                $"copy them to this machine and say where they are: --relocate {uri.Scheme}://{uri.Authority}=/path/to/copy"
            ),
        };
    }
}
