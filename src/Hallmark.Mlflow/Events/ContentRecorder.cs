using Hallmark.Core.Events;
using Hallmark.Core.Signatures;

namespace Hallmark.Mlflow.Events;

/// <summary>Records the content of files and folders (<c>hallmark/v1</c>); needs no MLflow store.</summary>
public sealed class ContentRecorder(ISigner signer, IEventLog log, IEventIds ids, TimeProvider time)
{
    private readonly EventSealing _sealing = new(signer, ids, time);

    /// <summary>Seals and logs a dataset's or a file's own bytes.</summary>
    public async Task<RecordedEvent> RecordAsync(ContentFacts facts, RecordOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var prepared = _sealing.Seal(ContentPayload.Draft(facts, options));
        return new RecordedEvent(prepared, await log.AppendAsync(prepared.ToSubmission([]), cancellationToken).ConfigureAwait(false));
    }
}
