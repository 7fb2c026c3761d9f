namespace Hallmark.Core.Events;

/// <summary>The parts of a submission that one sealing made to fit each other.</summary>
/// <param name="Envelope">The envelope.</param>
/// <param name="Record">The record that it commits to.</param>
/// <param name="EventId">The id in the envelope.</param>
/// <param name="PayloadHash">The hash in the envelope.</param>
internal sealed record SealedParts(ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Record, string EventId, string PayloadHash)
{
    /// <summary>True where a submission still has these very parts: none was exchanged, not even for an equal one.</summary>
    public bool AreThoseOf(EventSubmission submission) =>
        ReferenceEquals(EventId, submission.EventId)
        && ReferenceEquals(PayloadHash, submission.PayloadHash)
        && Envelope.Equals(submission.Envelope)
        && submission.Record is { } record
        && Record.Equals(record);
}
