using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Ledger.Storage;

/// <summary>Refuses what must not enter the ledger, before it gets near the writing thread.</summary>
internal static class SubmissionCheck
{
    private const string NoType = "the entry has an event type, and the envelope has none";

    /// <summary>Checks sizes, the record against the payload hash, and the look-up columns against the envelope where that is JSON that says them.</summary>
    /// <param name="submission">What is to be appended.</param>
    /// <param name="namesEventId">True where the envelope is JSON that names the event id.</param>
    /// <returns>The payload hash, 32 bytes.</returns>
    /// <exception cref="BadInputException">Something does not fit; the message names it.</exception>
    public static byte[] Check(EventSubmission submission, out bool namesEventId)
    {
        if (submission.Envelope.Length > EntryLimits.MaxEnvelopeSizeInBytes)
        {
            throw new BadInputException(
                $"the envelope of event \"{Shorten(submission.EventId)}\" has {submission.Envelope.Length} bytes; an entry of the ledger has at most {EntryLimits.MaxEnvelopeSizeInBytes}"
            );
        }

        var isSealedTogether = submission.IsSealedTogether;
        CheckText("event id", submission.EventId, isRequired: true);
        CheckText("event type", submission.EventType, isRequired: false);
        CheckText("subject", submission.SubjectKey, isRequired: false);
        CheckText("chain", submission.Chain?.Chain, isRequired: false);
        var hash = new byte[SHA256.HashSizeInBytes];
        if (!TryParseHash(submission.PayloadHash, hash))
        {
            throw new BadInputException($"the payload hash of event \"{Shorten(submission.EventId)}\" is not 64 lower-case hex digits");
        }

        if (submission.Record is { } record)
        {
            if (record.Length > EntryLimits.MaxRecordSizeInBytes)
            {
                throw new BadInputException(
                    $"the record of event \"{Shorten(submission.EventId)}\" has {record.Length} bytes; the ledger keeps at most {EntryLimits.MaxRecordSizeInBytes}"
                );
            }

            Span<byte> found = stackalloc byte[SHA256.HashSizeInBytes];
            if (!isSealedTogether)
            {
                Sha256.Hash(record.Span, found);
                if (!found.SequenceEqual(hash))
                {
                    throw new BadInputException(
                        $"the record of event \"{Shorten(submission.EventId)}\" is not the one that its payload hash commits to"
                    );
                }
            }
        }

        foreach (var work in submission.Work)
        {
            CheckWork(work);
        }

        // What is sealed together says everything but an event type (envelope family §8).
        namesEventId = isSealedTogether;
        var mismatch =
            !isSealedTogether
                ? FindMismatch(submission.Envelope.Span, submission.EventId, submission.EventType, submission.PayloadHash, out namesEventId)
            : submission.EventType is not null ? NoType
            : null;
        if (mismatch is not null)
        {
            throw new BadInputException($"event \"{Shorten(submission.EventId)}\": {mismatch}");
        }

        return hash;
    }

    /// <summary>Refuses what would speak of the ledger's own key: only the ledger says who signs its checkpoints.</summary>
    /// <exception cref="BadInputException">The envelope claims to be a handover of a ledger's key, or prolongs their chain.</exception>
    public static void RefuseHandover(EventSubmission submission)
    {
        if (
            submission.Chain?.Chain == KeyHandover.Chain
            || (!submission.IsSealedTogether && KeyHandover.IsClaimedBy(submission.Envelope.Span))
        )
        {
            throw new BadInputException(
                $"event \"{Shorten(submission.EventId)}\" claims to hand a ledger over to another key, and cannot be appended like another event",
                "hallmark ledger rotate-key NAME does that"
            );
        }
    }

    /// <summary>Checks the kind and the size of a piece of outbox work.</summary>
    /// <exception cref="BadInputException">It has no kind, or is too large.</exception>
    public static void CheckWork(OutboxWork work)
    {
        CheckText("kind of work", work.Kind, isRequired: true);
        if (work.Body.Length > EntryLimits.MaxWorkSizeInBytes)
        {
            throw new BadInputException(
                $"outbox work of kind \"{Shorten(work.Kind)}\" has {work.Body.Length} bytes; at most {EntryLimits.MaxWorkSizeInBytes} are kept"
            );
        }
    }

    /// <summary>What of the look-up columns differs from what the envelope says; null where nothing does. An envelope that is not JSON says nothing.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="eventId">The event id that the entry is found by.</param>
    /// <param name="eventType">The event type that the entry is read by; null for an envelope that does not say one.</param>
    /// <param name="payloadHash">The payload hash that the entry is found by.</param>
    /// <param name="namesEventId">True where the envelope says this event id: the same envelope can then stand under no other one.</param>
    public static string? FindMismatch(
        ReadOnlySpan<byte> envelope,
        string eventId,
        string? eventType,
        string payloadHash,
        out bool namesEventId
    )
    {
        namesEventId = false;
        try
        {
            var reader = new Utf8JsonReader(envelope, new JsonReaderOptions { MaxDepth = 128 });
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            {
                return null;
            }

            string? mismatch = null;
            var isNamed = false;
            var isTyped = false;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isEventId = reader.ValueTextEquals("event_id"u8);
                var (name, expected) =
                    isEventId ? ("event id", eventId)
                    : reader.ValueTextEquals("event_type"u8) ? ("event type", eventType)
                    : reader.ValueTextEquals("payload_hash"u8) ? ("payload hash", payloadHash)
                    : default((string?, string?));
                reader.Read();
                if (name is not null && reader.TokenType is JsonTokenType.String)
                {
                    if (expected is null)
                    {
                        mismatch ??= $"the envelope has an {name}, and the entry has none";
                    }
                    else if (!reader.ValueTextEquals(expected))
                    {
                        mismatch ??= $"the envelope has another {name} than \"{Shorten(expected)}\"";
                    }
                    else
                    {
                        isNamed |= isEventId;
                    }

                    isTyped |= name == "event type";
                }

                reader.Skip();
            }

            namesEventId = isNamed;
            return mismatch ?? (isTyped || eventType is null ? null : NoType);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON: the log takes any bytes, and nothing in them can disagree.
            return null;
        }
    }

    private static bool TryParseHash(string? hex, Span<byte> hash) =>
        hex is { Length: 2 * SHA256.HashSizeInBytes }
        && !hex.AsSpan().ContainsAnyInRange('A', 'F')
        && Convert.FromHexString(hex, hash, out _, out _) is System.Buffers.OperationStatus.Done;

    private static void CheckText(string what, string? text, bool isRequired)
    {
        if (isRequired && string.IsNullOrEmpty(text))
        {
            throw new BadInputException($"an event without {what} cannot be logged");
        }

        // U+0000 would end the text for SQLite; an unpaired surrogate is not text.
        if (
            text is not null
            && (
                text.Length > EntryLimits.MaxTextSizeInBytes
                || text.Contains('\0')
                || Encoding.UTF8.GetByteCount(text) > EntryLimits.MaxTextSizeInBytes
                || !IsWellFormed(text)
            )
        )
        {
            throw new BadInputException(
                $"the {what} \"{Shorten(text)}\" is not a text of at most {EntryLimits.MaxTextSizeInBytes} bytes without U+0000"
            );
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static string Shorten(string text) => (text.Length <= 80 ? text : ShortText.Cut(text, 80) + "…").Replace('\0', '␀');
}
