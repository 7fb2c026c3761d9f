using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Writes tags and files to a store, in order; each may be written again with the same effect.</summary>
internal static class WriteBackSteps
{
    /// <summary>
    /// Does the whole of a piece of work. Where a login page or a proxy's words come in the place of an answer, or somebody else writes at that moment, nothing was refused:
    /// the work waits, and is not given up.
    /// </summary>
    /// <exception cref="MlflowUnavailableException">It may go later.</exception>
    public static async Task DoAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (BadInputException failure) when (MayPass(failure))
        {
            throw new MlflowUnavailableException(failure.Message, failure, [.. failure.Hints]);
        }
    }

    /// <summary>True where the same request may go well later.</summary>
    public static bool MayPass(BadInputException failure) => failure is MlflowConflictException or MlflowFormatException { MayPass: true };

    /// <summary>Writes all steps. What was deleted since is left out, and so is what is optional and refused.</summary>
    public static Task WriteAsync(IMlflowStore store, IEnumerable<WriteBackStep> steps, CancellationToken cancellationToken) =>
        WriteAsync(store, steps, new Dictionary<string, MlflowRun?>(StringComparer.Ordinal), cancellationToken);

    /// <inheritdoc cref="WriteAsync(IMlflowStore, IEnumerable{WriteBackStep}, CancellationToken)" />
    /// <param name="store">The store.</param>
    /// <param name="steps">What to write.</param>
    /// <param name="runs">Runs that were looked up; more are added.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task WriteAsync(
        IMlflowStore store,
        IEnumerable<WriteBackStep> steps,
        Dictionary<string, MlflowRun?> runs,
        CancellationToken cancellationToken
    )
    {
        foreach (var step in steps)
        {
            if (step.Target is WriteBackTarget.RunTag or WriteBackTarget.RunArtifact && !runs.ContainsKey(step.Id))
            {
                runs[step.Id] = await store.FindRunAsync(step.Id, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                await WriteAsync(store, runs.GetValueOrDefault(step.Id), step, cancellationToken).ConfigureAwait(false);
            }
            catch (BadInputException refusal) when (step.IsOptional && !MayPass(refusal))
            {
                // The name of a dataset may hold characters that MLflow refuses in a tag: the record has it anyway.
            }
            catch (MlflowNotFoundException)
            {
                // Deleted since.
            }
            catch (BadInputException refusal) when (step.Target is WriteBackTarget.TraceTag && !MayPass(refusal))
            {
                // A server over SQL refuses the tag of a trace that was deleted as if the tag were wrong (specs/mlflow.md, point 13).
                if (await store.FindTraceAsync(step.Id, cancellationToken).ConfigureAwait(false) is not null)
                {
                    throw;
                }
            }
        }
    }

    private static async Task WriteAsync(IMlflowStore store, MlflowRun? run, WriteBackStep step, CancellationToken cancellationToken)
    {
        switch (step.Target)
        {
            case WriteBackTarget.RunTag when IsWritable(run):
                await store.SetRunTagAsync(step.Id, step.Key, step.Text, cancellationToken).ConfigureAwait(false);
                break;
            case WriteBackTarget.RunArtifact when IsWritable(run):
                await store.OpenArtifacts(run!.ArtifactUri).PutAsync(step.Key, step.Content, cancellationToken).ConfigureAwait(false); // writable runs are not null
                break;
            case WriteBackTarget.RegisteredModelTag:
                await store.SetRegisteredModelTagAsync(step.Id, step.Key, step.Text, cancellationToken).ConfigureAwait(false);
                break;
            case WriteBackTarget.ModelVersionTag when step.Version is not null:
                await store.SetModelVersionTagAsync(step.Id, step.Version, step.Key, step.Text, cancellationToken).ConfigureAwait(false);
                break;
            case WriteBackTarget.TraceTag:
                await store.SetTraceTagAsync(step.Id, step.Key, step.Text, cancellationToken).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    private static bool IsWritable(MlflowRun? run) => run is { LifecycleStage: not "deleted" };
}
