using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>Our verdict on an envelope in a file, with its record where that is at hand. Needs no MLflow.</summary>
/// <param name="log">The ledger, or null where there is none at hand.</param>
/// <param name="judge">Says of a public key whether it may sign.</param>
/// <param name="witnesses">Who else saw the envelope; null where nobody is asked.</param>
public sealed class EnvelopeFileVerifier(
    IEventLogReader? log,
    Func<string, DateTimeOffset?, SignerOpinion> judge,
    IWitnessSource? witnesses = null
)
{
    /// <summary>The largest envelope file that is read.</summary>
    public const int MaxEnvelopeSizeInBytes = StoredBytes.MaxEnvelopeSize;

    /// <summary>The largest record file that is read.</summary>
    public const int MaxRecordSizeInBytes = StoredBytes.MaxRecordSize;

    /// <summary>Verifies an envelope.</summary>
    /// <param name="envelope">The file with the envelope.</param>
    /// <param name="record">The file with the record's bytes, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A verdict; an envelope that is no longer JSON, and has the marks of one, fails the check <c>form</c>.</returns>
    /// <exception cref="BadInputException">The envelope is no JSON object within the limits and never was one, or a file is too large.</exception>
    public async Task<Verdict> VerifyAsync(Stream envelope, Stream? record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var bytes = await ReadAsync(envelope, MaxEnvelopeSizeInBytes, "envelope", cancellationToken).ConfigureAwait(false);
        if (!StrictJson.TryParse(bytes, out var node, out var refusal))
        {
            return new Verdict("envelope", [FormCheck.Judge("the envelope", bytes, EvidenceFile.Envelope, refusal)]);
        }

        var members = node as JsonObject ?? throw new BadInputException("the envelope is no JSON object");
        var recordBytes = record is null
            ? null
            : await ReadAsync(record, MaxRecordSizeInBytes, "record", cancellationToken).ConfigureAwait(false);
        var eventId = StoredJson.Text(members, "event_id");
        var entry = log is null || eventId is null ? null : await log.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false);
        var proof = new FoundProof
        {
            Envelope = members,
            Entry = entry,
            HasLedger = log is not null,
            Stored = [new StoredProof("the envelope", "the record", members, recordBytes)],
        };
        var recordCheck =
            recordBytes is null && entry?.Record is null && members["payload"] is null
                ? Answers.NotRun(
                    CheckNames.Record,
                    "no_record",
                    "the record that the envelope commits to was not handed in",
                    isRequired: false
                )
            : members["payload"] is not null && recordBytes is null ? OfCarried(members)
            : EnvelopeChecks.Record(proof);
        return await VerdictNotes
            .VerdictAsync(
                $"envelope {eventId ?? "(no event id)"}",
                judge,
                witnesses,
                proof,
                [EnvelopeChecks.Signature(members, judge), recordCheck, LedgerOf(proof)],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static Check OfCarried(JsonObject envelope) =>
        EnvelopeVerifier.Verify(envelope, null, null, allowLegacy: true).PayloadHashOk is true
            ? Answers.Passed(CheckNames.Record, "the payload that the envelope carries has the committed hash")
            : Answers.Failed(
                CheckNames.Record,
                "record_differs",
                "the payload that the envelope carries does not have the hash that it commits to"
            );

    private static Check LedgerOf(FoundProof proof) =>
        proof.Entry is { } entry && !entry.Envelope.Span.SequenceEqual(CanonicalJson.Canonicalize(proof.Envelope))
            ? Answers.Failed(
                CheckNames.Ledger,
                "envelope_differs",
                $"entry {entry.Index} of the ledger is another envelope of the same event",
                JsonDifferences.Between("", StoredJson.TryParseObject(entry.Envelope.Span, DuplicateNames.KeepLast), proof.Envelope)
            )
            : EnvelopeChecks.Ledger(proof);

    private static async Task<byte[]> ReadAsync(Stream stream, int maxSize, string what, CancellationToken cancellationToken)
    {
        var read = await StoredBytes.ReadAsync(stream, maxSize, cancellationToken).ConfigureAwait(false);
        return read.Bytes ?? throw new BadInputException($"the {what} is larger than {maxSize:N0} bytes");
    }
}
