using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.Arweave;

/// <summary>The members of a checkpoint record of <c>ario.events/v1</c> that this program relies on. Reading them verifies nothing.</summary>
internal sealed record CheckpointRecord
{
    /// <summary>The member of <c>metadata</c> with the log's name.</summary>
    public const string OriginMember = "origin";

    /// <summary>The member of <c>metadata</c> with the hash of the signed note.</summary>
    public const string NoteMember = "note_sha256";

    public required string MerkleRoot { get; init; }

    public required long LeafCount { get; init; }

    public required string Origin { get; init; }

    public required string NoteHash { get; init; }

    public required string PreviousHash { get; init; }

    public required DateTimeOffset WindowStart { get; init; }

    public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>Reads a record; false where the bytes are no checkpoint record of ours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out CheckpointRecord? record)
    {
        record = null;
        if (
            !StrictJson.TryParse(utf8, out var node, out _)
            || node is not JsonObject members
            || Text(members["spec_version"]) != SpecVersion.Events
            || Text(members["event_type"]) != EventRecord.Checkpoint
            || Text(members["previous_hash"]) is not { } previous
            || members["event"] is not JsonObject checkpoint
            || Text(checkpoint["merkle_root"]) is not { } root
            || checkpoint["leaf_count"] is not JsonValue number
            || !number.TryGetValue<long>(out var leaves)
            || checkpoint["window"] is not JsonObject window
            || !TryTime(window["start"], out var start)
            || !TryTime(window["end"], out var end)
            || members["metadata"] is not JsonObject metadata
            || Text(metadata[OriginMember]) is not { } origin
            || Text(metadata[NoteMember]) is not { } note
        )
        {
            return false;
        }

        record = new CheckpointRecord
        {
            MerkleRoot = root,
            LeafCount = leaves,
            Origin = origin,
            NoteHash = note,
            PreviousHash = previous,
            WindowStart = start,
            WindowEnd = end,
        };
        return true;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool TryTime(JsonNode? node, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            Text(node),
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time
        );
}
