using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>The run that a model version came from.</summary>
internal static class VersionRun
{
    /// <summary>The version's own run id, else the one that its <c>runs:/</c> source names (the documented quick start leaves the first empty); or null.</summary>
    public static string? IdOf(ModelVersion version) => version.RunId is { Length: > 0 } id ? id : RunsUri.Parse(version.Source).RunId;

    /// <summary>The same, looking up MLflow 3 logged models (<c>models:/m-…</c>) too.</summary>
    public static async Task<string?> FindIdAsync(IMlflowStore store, ModelVersion version, CancellationToken cancellationToken)
    {
        const string ModelsScheme = "models:/";
        if (IdOf(version) is { } known)
        {
            return known;
        }

        return
            version.Source is { } source
            && source.StartsWith(ModelsScheme, StringComparison.Ordinal)
            && !source.AsSpan(ModelsScheme.Length).ContainsAny('/', '@')
            ? (await store.FindLoggedModelAsync(source[ModelsScheme.Length..], cancellationToken).ConfigureAwait(false))?.SourceRunId
            : null;
    }
}
