using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Checkpoints;

/// <summary>
/// An entry by which a log's checkpoint key names its successor (docs/formats/ledger.md): an envelope <c>hallmark/v1</c> signed by the retired key, with the successor's
/// acceptance inside. Whether that retired key was the log's at this place is for <see cref="LogKeyChain"/> to say.
/// </summary>
public sealed record KeyHandover
{
    /// <summary>The envelope's <c>event_type</c>.</summary>
    public const string EventType = "ledger_key_succeeded";

    /// <summary>The chain of a ledger's handovers, see <see cref="ChainLink"/>.</summary>
    public const string Chain = "ledger_keys";

    private const string AcceptanceContext = "hallmark/ledger-key-acceptance/v1";
    private static readonly byte[] Marker = Encoding.ASCII.GetBytes($"\"event_type\":\"{EventType}\"");

    private KeyHandover(NoteVerifierKey retired, NoteVerifierKey successor, string previousHash, string payloadHash)
    {
        Retired = retired;
        Successor = successor;
        PreviousHash = previousHash;
        PayloadHash = payloadHash;
    }

    /// <summary>The key that signed checkpoints up to here, and this entry.</summary>
    public NoteVerifierKey Retired { get; }

    /// <summary>The key that signs every checkpoint which covers this entry.</summary>
    public NoteVerifierKey Successor { get; }

    /// <summary>The payload hash of the log's handover before this one, or <see cref="EnvelopeDrafts.Genesis"/>.</summary>
    public string PreviousHash { get; }

    /// <summary>The payload hash of this one.</summary>
    public string PayloadHash { get; }

    /// <summary>What a log's handovers are looked up by.</summary>
    public static string SubjectKey(string origin) => "ledger:" + origin;

    /// <summary>Makes the entry.</summary>
    /// <param name="origin">The log's name.</param>
    /// <param name="retiring">The key in force; signs the entry.</param>
    /// <param name="successor">The key that follows; signs its acceptance.</param>
    /// <param name="previousHash">The payload hash of the handover before, or null for the first.</param>
    /// <param name="eventId">A UUID in lower case with dashes.</param>
    /// <param name="signedAt">When.</param>
    /// <exception cref="ArgumentException">The origin or the event id has another form, or both keys are the same.</exception>
    public static EventSubmission Create(
        string origin,
        ISigner retiring,
        ISigner successor,
        string? previousHash,
        string eventId,
        DateTimeOffset signedAt
    )
    {
        ArgumentNullException.ThrowIfNull(retiring);
        ArgumentNullException.ThrowIfNull(successor);
        var retired = NoteVerifierKey.ForEd25519(origin, retiring.PublicKey);
        var next = NoteVerifierKey.ForEd25519(origin, successor.PublicKey);
        if (retired == next)
        {
            throw new ArgumentException("A key cannot succeed itself.", nameof(successor));
        }

        var previous = previousHash ?? EnvelopeDrafts.Genesis;
        var acceptance = new byte[Ed25519PublicKey.SignatureSizeInBytes];
        successor.Sign(AcceptanceText(origin, retired, next, previous), acceptance);
        var payload = new JsonObject
        {
            ["acceptance"] = Convert.ToHexStringLower(acceptance),
            ["origin"] = origin,
            ["retired_key"] = retired.ToString(),
            ["successor_key"] = next.ToString(),
        };
        var payloadHash = CanonicalJson.Sha256Hex(payload);
        var draft = EnvelopeDrafts.Hallmark(
            eventId,
            EventType,
            new JsonObject { ["type"] = "ledger", ["origin"] = origin },
            payloadHash,
            previous,
            signedAt
        );
        draft["payload"] = payload;
        return new EventSubmission
        {
            Envelope = EnvelopeSealer.Seal(draft, retiring).Bytes,
            EventId = eventId,
            EventType = EventType,
            PayloadHash = payloadHash,
            SubjectKey = SubjectKey(origin),
            Chain = new ChainLink(Chain, previousHash),
        };
    }

    /// <summary>True where an entry means to be a handover, a good one or not. An entry in another form than the canonical one never is.</summary>
    /// <param name="entry">The entry's bytes.</param>
    public static bool IsClaimedBy(ReadOnlySpan<byte> entry) =>
        entry.IndexOf(Marker) >= 0
        && StrictJson.TryParse(entry, out var node, out _)
        && node is JsonObject envelope
        && MemberText.Find(envelope, "event_type") == EventType
        && MemberText.Find(envelope, "spec_version") == SpecVersion.Hallmark;

    /// <summary>Reads a handover and holds both of its signatures.</summary>
    /// <param name="origin">The log that it must speak of.</param>
    /// <param name="entry">The entry's bytes: an envelope in canonical form.</param>
    /// <param name="fault">Why it is none, in a clause; empty on success.</param>
    /// <returns>Null where it is none.</returns>
    public static KeyHandover? Read(string origin, ReadOnlySpan<byte> entry, out string fault)
    {
        if (
            !StrictJson.TryParse(entry, out var node, out _)
            || node is not JsonObject envelope
            || !CanonicalJson.Canonicalize(envelope).AsSpan().SequenceEqual(entry)
            || MemberText.Find(envelope, "event_type") != EventType
            || MemberText.Find(envelope, "spec_version") != SpecVersion.Hallmark
            || envelope["payload"] is not JsonObject payload
            || MemberText.Find(envelope, "previous_hash") is not { } previous
            || MemberText.Find(envelope, "payload_hash") is not { } payloadHash
        )
        {
            fault = "it is no envelope of a handover in canonical form";
            return null;
        }

        if (MemberText.Find(payload, "origin") != origin)
        {
            fault = "it speaks of another ledger";
            return null;
        }

        if (FindKey(payload, "retired_key", origin) is not { } retired || FindKey(payload, "successor_key", origin) is not { } successor)
        {
            fault = "it does not name two checkpoint keys of the ledger";
            return null;
        }

        var signer = Convert.ToHexStringLower(retired.PublicKey.AsSpan());
        // Hex of the other case would be a second entry of the same meaning.
        if (
            MemberText.Find(envelope, "public_key") != signer
            || !EnvelopeVerifier.Verify(envelope).IsOk
            || MemberText.Find(envelope, "signature")!.Any(char.IsAsciiLetterUpper) // ! a signature that verified is a text
        )
        {
            fault = "it is not signed by the key that it retires";
            return null;
        }

        if (!HasAcceptance(payload, origin, retired, successor, previous))
        {
            fault = "the successor did not accept it with a signature of its own";
            return null;
        }

        fault = "";
        return new KeyHandover(retired, successor, previous, payloadHash);
    }

    private static NoteVerifierKey? FindKey(JsonObject payload, string name, string origin) =>
        NoteVerifierKey.TryParse(MemberText.Find(payload, name), out var key) && key.Name == origin && key.Type is NoteKeyType.Ed25519
            ? key
            : null;

    private static bool HasAcceptance(
        JsonObject payload,
        string origin,
        NoteVerifierKey retired,
        NoteVerifierKey successor,
        string previous
    )
    {
        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        return MemberText.Find(payload, "acceptance") is { } hex
            && hex.Length == 2 * signature.Length
            && Convert.FromHexString(hex, signature, out _, out _) == System.Buffers.OperationStatus.Done
            && new Ed25519PublicKey(successor.PublicKey.AsSpan()).Verify(AcceptanceText(origin, retired, successor, previous), signature);
    }

    // Five lines that nothing else signs: neither a checkpoint nor an envelope begins like this.
    private static byte[] AcceptanceText(string origin, NoteVerifierKey retired, NoteVerifierKey successor, string previous) =>
        Encoding.UTF8.GetBytes($"{AcceptanceContext}\n{origin}\n{retired}\n{successor}\n{previous}\n");
}
