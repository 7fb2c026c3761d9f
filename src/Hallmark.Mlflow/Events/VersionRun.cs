using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>The run that a model version came from.</summary>
internal static class VersionRun
{
    private const string ModelsScheme = "models:/";

    /// <summary>The version's own run id, else the one that its <c>runs:/</c> source names (the documented quick start leaves the first empty); or null.</summary>
    public static string? IdOf(ModelVersion version) => version.RunId is { Length: > 0 } id ? id : RunsUri.Parse(version.Source).RunId;

    /// <summary>The same, looking up MLflow 3 logged models (<c>models:/m-…</c>) too.</summary>
    public static async Task<string?> FindIdAsync(IMlflowStore store, ModelVersion version, CancellationToken cancellationToken)
    {
        if (IdOf(version) is { } known)
        {
            return known;
        }

        // Whatever else a store holds there names no model, and so no run.
        return LoggedModelOf(version.Source) is { } modelId && MlflowNames.IsLoggedModelId(modelId)
            ? (await store.FindLoggedModelAsync(modelId, cancellationToken).ConfigureAwait(false))?.SourceRunId
            : null;
    }

    /// <summary>The run of such an id; null too where nothing can have that id, or what the store holds of the run cannot be read: whoever asks for more of it is told.</summary>
    public static async Task<MlflowRun?> FindAsync(IMlflowStore store, string? runId, CancellationToken cancellationToken)
    {
        try
        {
            return runId is null ? null : await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>What stands in a source where the id of a logged model does; null where the source is of another kind.</summary>
    public static string? LoggedModelOf(string? source) =>
        source is not null
        && source.StartsWith(ModelsScheme, StringComparison.Ordinal)
        && !source.AsSpan(ModelsScheme.Length).ContainsAny('/', '@')
            ? source[ModelsScheme.Length..]
            : null;
}
