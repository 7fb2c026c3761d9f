using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Predictions;

/// <summary>Reads and writes receipts of predictions (docs/formats/predictions.md).</summary>
public static class PredictionReceiptJson
{
    /// <summary>Most bytes of a receipt that is read.</summary>
    public const int MaxSizeInBytes = 64 << 20;

    private const int MaxCheckpoints = 64;
    private const int MaxReceipts = 64;
    private const int MaxNoteSize = 64 << 10;
    private const int MaxRecordSize = 16 << 20;

    /// <summary>Writes a receipt in canonical form.</summary>
    /// <exception cref="JsonRejectedException">A text of it is not well-formed.</exception>
    public static byte[] Write(PredictionReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        using var writer = new CanonicalJsonWriter();
        writer.StartObject().Name("checkpoints").StartArray();
        foreach (var checkpoint in receipt.Checkpoints)
        {
            writer.StartObject().Name("note").Text(Encoding.UTF8.GetString(checkpoint.Note.Span)).Name("path").StartArray();
            foreach (var hash in checkpoint.Path)
            {
                writer.Text(hash.Base64);
            }

            writer.EndArray().Name("tree_size").Number((long)checkpoint.TreeSize).EndObject();
        }

        writer.EndArray().Name("decision_id").Text(receipt.DecisionId).Name("envelope").Canonical(receipt.Envelope.Span);
        writer.Name("format").Text(PredictionReceipt.Format).Name("index").Number((long)receipt.Index);
        writer.Name("ledger").StartObject();
        if (HandoverJson.Write(receipt.Handovers) is { } handovers)
        {
            writer.Name(HandoverJson.Member).Canonical(CanonicalJson.Canonicalize(handovers));
        }

        writer.Name("origin").Text(receipt.Origin).Name("verifier_key").Text(receipt.VerifierKey).EndObject();
        writer.Name("receipts").StartArray();
        foreach (var witness in receipt.Receipts)
        {
            writer.Canonical(AnchorReceiptJson.Write(witness));
        }

        writer.EndArray();
        if (receipt.Record is { } record)
        {
            writer.Name("record").Text(Convert.ToBase64String(record.Span));
        }

        return writer.Name("record_hash").Text(receipt.RecordHash).EndObject().ToArray();
    }

    /// <summary>True where a text means to be a receipt of a prediction, also a malformed one or one of another version; for what is no longer JSON its marks decide.</summary>
    public static bool IsReceipt(ReadOnlySpan<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(
                CanonicalJson.Canonicalize(utf8),
                new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth + 2 }
            );
            var root = document.RootElement;
            return root.ValueKind is JsonValueKind.Object
                && (
                    root.TryGetProperty("decision_id", out _)
                    || (
                        root.TryGetProperty("format", out var format)
                        && format.ValueKind is JsonValueKind.String
                        && format.GetString()!.StartsWith("hallmark/prediction-receipt/", StringComparison.Ordinal) // ! a string has text
                    )
                );
        }
        catch (JsonRejectedException)
        {
            return EvidenceMarks.Recognise(utf8) is EvidenceFile.PredictionReceipt;
        }
    }

    /// <summary>Reads a receipt.</summary>
    /// <exception cref="JsonRejectedException">It is no JSON within the limits.</exception>
    /// <exception cref="BadInputException">It is JSON, and no such receipt; the message names the place.</exception>
    public static PredictionReceipt Parse(ReadOnlySpan<byte> utf8)
    {
        using var document = JsonDocument.Parse(
            CanonicalJson.Canonicalize(utf8),
            new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth + 2 }
        );
        return Read(document.RootElement);
    }

    // Of the canonical form: the envelope is taken from it byte for byte.
    private static PredictionReceipt Read(JsonElement root)
    {
        var members = new BodyValue(root, "the receipt").WithMembers(
            "format",
            "decision_id",
            "record_hash",
            "record?",
            "envelope",
            "ledger",
            "index",
            "checkpoints",
            "receipts"
        );
        if (members.Get("format").Text() != PredictionReceipt.Format)
        {
            throw members.Get("format").Refuse($"is not {PredictionReceipt.Format}");
        }

        var envelope = members.Get("envelope");
        if (envelope.Element.ValueKind is not JsonValueKind.Object)
        {
            throw envelope.Refuse("is not an object");
        }

        var ledger = members.Get("ledger").WithMembers(HandoverJson.Member + "?", "origin", "verifier_key");
        return new PredictionReceipt
        {
            DecisionId = members.Get("decision_id").Text(),
            RecordHash = members.Get("record_hash").Text(),
            Record = members.Find("record") is { } record ? record.Bytes(MaxRecordSize) : (ReadOnlyMemory<byte>?)null,
            Envelope = JsonMarshal.GetRawUtf8Value(envelope.Element).ToArray(),
            Origin = ledger.Get("origin").Text(),
            VerifierKey = ledger.Get("verifier_key").Text(),
            Handovers = HandoverJson.Read(ledger),
            Index = members.Get("index").Number(),
            Checkpoints = [.. members.Get("checkpoints").Items(MaxCheckpoints).Select(ReadCheckpoint)],
            Receipts = [.. members.Get("receipts").Items(MaxReceipts).Select(ReadWitness)],
        };
    }

    private static PredictionCheckpoint ReadCheckpoint(BodyValue value)
    {
        var members = value.WithMembers("note", "path", "tree_size");
        var note = members.Get("note");
        var text = note.Element.ValueKind is JsonValueKind.String ? note.Element.GetString() : null;
        if (text is null || text.Length > MaxNoteSize)
        {
            throw note.Refuse($"is not a text of at most {MaxNoteSize} characters");
        }

        return new PredictionCheckpoint(Encoding.UTF8.GetBytes(text), members.Get("tree_size").Number(), members.Get("path").Path());
    }

    private static AnchorReceipt ReadWitness(BodyValue value)
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
}
