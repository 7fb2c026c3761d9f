using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Writes an event's tags and files to MLflow after the ledger has it. Tags and files are replaced, so that doing it twice is doing it once.</summary>
/// <param name="open">Opens the store of a tracking URI (without credentials); the handler disposes of it.</param>
public sealed class MlflowWriteBackHandler(Func<string, CancellationToken, Task<IMlflowStore>> open) : IOutboxHandler
{
    private readonly Func<string, CancellationToken, Task<IMlflowStore>> _open = open;

    /// <inheritdoc />
    public string Kind => WriteBackWork.Kind;

    /// <inheritdoc />
    /// <remarks>What was deleted in MLflow since the event is left alone: the ledger keeps the proof, and MLflow refuses to write to it.</remarks>
    public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        var writeBack = WriteBackWork.FromOutbox(work);
        var store = await _open(writeBack.TrackingUri, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var runs = new Dictionary<string, MlflowRun?>(StringComparer.Ordinal);
            foreach (var step in writeBack.Steps)
            {
                if (step.Target is WriteBackTarget.RunTag or WriteBackTarget.RunArtifact && !runs.ContainsKey(step.Id))
                {
                    runs[step.Id] = await store.FindRunAsync(step.Id, cancellationToken).ConfigureAwait(false);
                }

                try
                {
                    await WriteAsync(store, runs.GetValueOrDefault(step.Id), step, cancellationToken).ConfigureAwait(false);
                }
                catch (BadInputException) when (step.IsOptional)
                {
                    // The name of a dataset may hold characters that MLflow refuses in a tag: the record has it anyway.
                }
                catch (MlflowNotFoundException)
                {
                    // Deleted since.
                }
            }
        }

        return OutboxResult.Done;
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
