using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>The source URI of a run's model, as <c>create_model_version</c> takes it.</summary>
public static class ModelSource
{
    /// <summary><c>runs:/&lt;run&gt;/&lt;path&gt;</c>, which every MLflow and the original tool resolve; the path is found as a training event finds it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="runId">The run.</param>
    /// <param name="path">The model's path below the run, or null to find it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MlflowNotFoundException">There is no such run.</exception>
    /// <exception cref="Hallmark.Core.Failures.BadInputException">The run logged several models and no path was named.</exception>
    public static async Task<string> FindAsync(IMlflowStore store, string runId, string? path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var run =
            await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false)
            ?? throw await UnknownRun.RefuseAsync(store, runId, cancellationToken).ConfigureAwait(false);
        return $"runs:/{run.RunId}/{await ArtifactPathChoice.ChooseAsync(store, run, path, cancellationToken).ConfigureAwait(false)}";
    }
}
