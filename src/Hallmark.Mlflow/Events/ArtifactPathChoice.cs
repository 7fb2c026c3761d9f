using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Which of a run's artifact paths holds its model (mlflow-events.md §3.2).</summary>
public static class ArtifactPathChoice
{
    /// <summary>The path where MLflow puts a model that nobody named.</summary>
    public const string Default = "model";

    private const string HistoryTag = "mlflow.log-model.history";

    /// <summary>The run's logged model paths in order, without duplicates: from the tag <c>mlflow.log-model.history</c>, else the names of its logged models.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(IMlflowStore store, MlflowRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var paths = FromHistory(run.Tags.GetValueOrDefault(HistoryTag));
        if (paths.Count == 0)
        {
            var models = await RunArtifacts.ListLoggedModelsAsync(store, run, cancellationToken).ConfigureAwait(false);
            paths = models.Select(model => model.Name).Where(name => name.Length > 0).ToList();
        }

        return paths.Distinct(StringComparer.Ordinal).ToList();
    }

    /// <summary>The one path to record.</summary>
    /// <exception cref="BadInputException">The run logged several models and no path was named.</exception>
    public static async Task<string> ChooseAsync(
        IMlflowStore store,
        MlflowRun run,
        string? explicitPath,
        CancellationToken cancellationToken
    )
    {
        if (explicitPath is not null)
        {
            return explicitPath;
        }

        var paths = await ListAsync(store, run, cancellationToken).ConfigureAwait(false);
        return paths.Count switch
        {
            0 => Default,
            1 => paths[0],
            _ => throw new BadInputException(
                $"the run {run.RunId} logged several models ({string.Join(", ", paths.Take(10))})",
                "name the one to record, for example --artifact-path " + paths[0]
            ),
        };
    }

    private static List<string> FromHistory(string? tag)
    {
        var paths = new List<string>();
        if (tag is null)
        {
            return paths;
        }

        try
        {
            using var document = JsonDocument.Parse(tag);
            if (document.RootElement.ValueKind is JsonValueKind.Array)
            {
                foreach (var entry in document.RootElement.EnumerateArray())
                {
                    if (
                        entry.ValueKind is JsonValueKind.Object
                        && entry.TryGetProperty("artifact_path", out var path)
                        && path.ValueKind is JsonValueKind.String
                        && path.GetString() is { Length: > 0 } text
                    )
                    {
                        paths.Add(text);
                    }
                }
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is not Unicode: the tag says nothing (§3.2).
            paths.Clear();
        }

        return paths;
    }
}
