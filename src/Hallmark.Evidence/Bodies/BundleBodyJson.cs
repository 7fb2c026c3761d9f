using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;

namespace Hallmark.Evidence.Bodies;

/// <summary>Reads and writes the body <c>hallmark.evidence/v1</c> (docs/formats/evidence.md).</summary>
public static class BundleBodyJson
{
    /// <summary>Most events in a bundle.</summary>
    public const int MaxEntries = 100_000;

    private const int MaxCheckpoints = 10_000;
    private const int MaxReceipts = 10_000;
    private const int MaxKeys = 1_000;
    private const int MaxNoteSize = 1 << 20;
    private const int MaxRecordSize = 64 << 20;

    /// <summary>As JSON.</summary>
    /// <exception cref="BadInputException">An envelope is not JSON.</exception>
    public static JsonObject Write(BundleBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var json = new JsonObject
        {
            ["subject"] = body.Subject,
            ["event_id"] = body.EventId,
            ["hashes_only"] = body.HasOnlyHashes,
            ["ledger"] = WriteLedger(body),
            ["entries"] = ListOf(body.Entries, Write),
            ["receipts"] = ListOf(body.Receipts, AnchorReceiptJson.ToJson),
            ["keys"] = ListOf(body.Keys, Write),
        };
        if (body.VerdictAtExport is { } verdict)
        {
            json["verdict_at_export"] = verdict.DeepClone();
        }

        return json;
    }

    /// <summary>Reads a body that stands in canonical JSON.</summary>
    /// <param name="body">The value of the wrapper's member <c>body</c>. Its text must be canonical: envelopes are taken from it byte for byte.</param>
    /// <exception cref="BadInputException">It is no such body; the message names the place.</exception>
    public static BundleBody Read(JsonElement body)
    {
        var members = new BodyValue(body, "the bundle's body").WithMembers(
            "subject",
            "event_id",
            "hashes_only",
            "ledger",
            "entries",
            "receipts",
            "keys",
            "verdict_at_export?"
        );
        var ledger = members.Get("ledger").WithMembers("origin", "verifier_key", HandoverJson.Member + "?", "checkpoints");
        var verdict = members.Find("verdict_at_export")?.Element;
        return new BundleBody
        {
            Subject = members.Get("subject").Text(),
            EventId = members.Get("event_id").Text(),
            HasOnlyHashes = members.Get("hashes_only").Flag(),
            Origin = ledger.Get("origin").Text(),
            VerifierKey = ledger.Get("verifier_key").Text(),
            Handovers = HandoverJson.Read(ledger),
            Checkpoints = [.. ledger.Get("checkpoints").Items(MaxCheckpoints).Select(ReadCheckpoint)],
            Entries = [.. members.Get("entries").Items(MaxEntries).Select(ReadEntry)],
            Receipts = [.. members.Get("receipts").Items(MaxReceipts).Select(ReadReceipt)],
            Keys = [.. members.Get("keys").Items(MaxKeys).Select(ReadKey)],
            VerdictAtExport =
                verdict is not { } found ? null
                : found.ValueKind is JsonValueKind.Object ? JsonObject.Create(found)
                : throw members.Refuse("has a verdict_at_export that is not an object"),
        };
    }

    private static JsonObject WriteLedger(BundleBody body)
    {
        var json = new JsonObject
        {
            ["origin"] = body.Origin,
            ["verifier_key"] = body.VerifierKey,
            ["checkpoints"] = ListOf(body.Checkpoints, Write),
        };
        if (HandoverJson.Write(body.Handovers) is { } handovers)
        {
            json[HandoverJson.Member] = handovers;
        }

        return json;
    }

    private static JsonArray ListOf<T>(ImmutableArray<T> items, Func<T, JsonNode> write) => new([.. items.Select(write)]);

    private static JsonObject Write(BundleCheckpoint checkpoint)
    {
        var json = new JsonObject { ["note"] = Encoding.UTF8.GetString(checkpoint.Note.Span) };
        if (checkpoint.FromPrevious is { } proof)
        {
            json["from_previous"] = new JsonObject
            {
                ["old_size"] = proof.OldSize,
                ["new_size"] = proof.NewSize,
                ["path"] = Write(proof.Path),
            };
        }

        return json;
    }

    private static BundleCheckpoint ReadCheckpoint(BodyValue value)
    {
        var members = value.WithMembers("note", "from_previous?");
        var note = members.Get("note");
        var bytes =
            note.Element.ValueKind is JsonValueKind.String
                ? Encoding.UTF8.GetBytes(note.Element.GetString()!)
                : throw note.Refuse("is not a text"); // ! a string has text
        if (bytes.Length > MaxNoteSize)
        {
            throw note.Refuse($"is longer than {MaxNoteSize} bytes");
        }

        return members.Find("from_previous")?.WithMembers("old_size", "new_size", "path") is { } proof
            ? new BundleCheckpoint(
                bytes,
                new ConsistencyProof(proof.Get("old_size").Number(), proof.Get("new_size").Number(), proof.Get("path").Path())
            )
            : new BundleCheckpoint(bytes, FromPrevious: null);
    }

    private static JsonObject Write(BundleEntry entry)
    {
        var json = new JsonObject
        {
            ["envelope"] = JsonNode.Parse(entry.Envelope.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 130 }),
            ["inclusion"] = new JsonObject
            {
                ["index"] = entry.Inclusion.Index,
                ["tree_size"] = entry.Inclusion.TreeSize,
                ["path"] = Write(entry.Inclusion.Path),
            },
        };
        if (entry.Record is { } record)
        {
            json["record"] = Convert.ToBase64String(record.Span);
        }

        return json;
    }

    private static BundleEntry ReadEntry(BodyValue value)
    {
        var members = value.WithMembers("envelope", "record?", "inclusion");
        var envelope = members.Get("envelope");
        if (envelope.Element.ValueKind is not JsonValueKind.Object)
        {
            throw envelope.Refuse("is not an object");
        }

        var inclusion = members.Get("inclusion").WithMembers("index", "tree_size", "path");
        return new BundleEntry(
            JsonMarshal.GetRawUtf8Value(envelope.Element).ToArray(),
            members.Find("record") is { } record ? record.Bytes(MaxRecordSize) : (ReadOnlyMemory<byte>?)null,
            new InclusionProof(inclusion.Get("index").Number(), inclusion.Get("tree_size").Number(), inclusion.Get("path").Path())
        );
    }

    private static AnchorReceipt ReadReceipt(BodyValue value)
    {
        try
        {
            return AnchorReceiptJson.Parse(JsonMarshal.GetRawUtf8Value(value.Element));
        }
        catch (BadInputException refusal)
        {
            throw value.Refuse($"cannot be read: {refusal.Message}");
        }
    }

    private static JsonObject Write(ClaimedKey key)
    {
        var json = new JsonObject { ["public_key"] = key.PublicKeyHex, ["name"] = key.Name };
        if (key.Since is { } since)
        {
            json["since"] = Time(since);
        }

        if (key.Until is { } until)
        {
            json["until"] = Time(until);
        }

        return json;
    }

    private static ClaimedKey ReadKey(BodyValue value)
    {
        var members = value.WithMembers("public_key", "name", "since?", "until?");
        return new ClaimedKey(
            members.Get("public_key").Text(),
            members.Get("name").Text(),
            members.Find("since")?.Time(),
            members.Find("until")?.Time()
        );
    }

    private static JsonArray Write(ImmutableArray<TreeHash> path) => new([.. path.Select(hash => (JsonNode)hash.Base64)]);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(BodyValue.TimeFormat, CultureInfo.InvariantCulture);
}
