using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Artifacts that a listing named a moment ago.</summary>
internal static class ListedArtifact
{
    /// <summary>Opens one.</summary>
    /// <exception cref="MlflowUnavailableException">It is gone: others change what is being read.</exception>
    public static async Task<Stream> OpenAsync(IArtifactRepository repository, string path, CancellationToken cancellationToken) =>
        await repository.OpenReadAsync(path, cancellationToken).ConfigureAwait(false)
        ?? throw new MlflowUnavailableException(
            $"the artifact \"{Printable.Text(path)}\" was listed and then was gone: {repository.Uri} is being changed",
            "run the command again"
        );
}
