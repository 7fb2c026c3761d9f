using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>
/// The committed record of an event of <see cref="SpecVersion.Events"/> (envelope family §8). Its canonical bytes are what <c>payload_hash</c> is about; the next
/// record of a chain names their hash as its <c>previous_hash</c>.
/// </summary>
public sealed record EventRecord
{
    /// <summary>The event type of an event with nothing more to say.</summary>
    public const string PlainEvent = "event";

    /// <summary>The event type of a checkpoint.</summary>
    public const string Checkpoint = "checkpoint";

    private readonly string _eventType;
    private readonly JsonObject _event;

    private EventRecord(string eventType, JsonObject @event)
    {
        _eventType = eventType;
        _event = @event;
    }

    /// <summary>Who produced it, or null.</summary>
    public string? ProducerId { get; init; }

    /// <summary>What it is called, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The hash of the record before it in its chain, 64 lower-case hex digits, or <see cref="EnvelopeDrafts.Genesis"/>.</summary>
    public string PreviousHash { get; init; } = EnvelopeDrafts.Genesis;

    /// <summary>The chain that the record belongs to, or null for none.</summary>
    public string? ChainKey { get; init; }

    /// <summary>Anything of the caller's; verifiers never read it.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>An event about content.</summary>
    /// <param name="contentHash">SHA-256 of the raw content, 64 lower-case hex digits.</param>
    /// <param name="contentLength">Its length in bytes.</param>
    /// <param name="contentRef">Where it lies, or null.</param>
    /// <param name="eventType"><see cref="PlainEvent"/>, or a dotted name of an adapter's own.</param>
    /// <exception cref="ArgumentException">A text has not the form said here.</exception>
    public static EventRecord ForContent(string contentHash, long contentLength, string? contentRef = null, string eventType = PlainEvent)
    {
        DraftRules.CheckHash(contentHash);
        DraftRules.CheckEventType(eventType);
        ArgumentOutOfRangeException.ThrowIfNegative(contentLength);
        if (eventType == Checkpoint)
        {
            throw new ArgumentException("That event type is for checkpoints.", nameof(eventType));
        }

        var content = new JsonObject { ["content_hash"] = contentHash, ["content_length"] = contentLength };
        if (contentRef is not null)
        {
            content["ref"] = contentRef;
        }

        return new EventRecord(eventType, content);
    }

    /// <summary>A checkpoint over a batch of complete signed envelopes.</summary>
    /// <param name="merkleRoot">The root over the envelopes, 64 lower-case hex digits.</param>
    /// <param name="leafCount">How many there are: at least one, an empty window is not anchored.</param>
    /// <param name="windowStart">When the window began.</param>
    /// <param name="windowEnd">When it ended.</param>
    /// <exception cref="ArgumentException">A text has not the form said here, or the batch is empty.</exception>
    public static EventRecord ForCheckpoint(string merkleRoot, long leafCount, DateTimeOffset windowStart, DateTimeOffset windowEnd)
    {
        DraftRules.CheckHash(merkleRoot);
        ArgumentOutOfRangeException.ThrowIfLessThan(leafCount, 1);
        var window = new JsonObject { ["start"] = EnvelopeTime.Milliseconds(windowStart), ["end"] = EnvelopeTime.Milliseconds(windowEnd) };
        return new EventRecord(
            Checkpoint,
            new JsonObject
            {
                ["merkle_root"] = merkleRoot,
                ["leaf_count"] = leafCount,
                ["window"] = window,
            }
        );
    }

    /// <summary>The record as JSON; write it with <see cref="Json.CanonicalJson"/>.</summary>
    public JsonObject ToJson()
    {
        var subject = new JsonObject { ["type"] = "producer" };
        if (ProducerId is not null)
        {
            subject["producer_id"] = ProducerId;
        }

        if (Name is not null)
        {
            subject["name"] = Name;
        }

        var context = new JsonObject();
        if (ChainKey is not null)
        {
            context["chain_key"] = ChainKey;
        }

        return new JsonObject
        {
            ["payload_version"] = 1,
            ["spec_version"] = SpecVersion.Events,
            ["event_type"] = _eventType,
            ["subject"] = subject,
            ["previous_hash"] = PreviousHash,
            ["event"] = _event.DeepClone(),
            ["context"] = context,
            ["metadata"] = Metadata?.DeepClone() ?? new JsonObject(),
            ["extras"] = new JsonObject(),
        };
    }
}
