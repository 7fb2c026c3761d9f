using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hallmark.Core.Evidence;

/// <summary>What of a verdict object depends on neither time nor network, so that a cached and a computed one must agree in it (envelope family §15.2).</summary>
internal static class VerdictProjection
{
    // Each list of names in canonical order.
    private static readonly string[] EventMembers = ["content_ok", "event_id", "inclusion_ok", "payload_bound", "signature_ok"];
    private static readonly string[] AttestationMembers =
    [
        "data_hash_bound",
        "operator",
        "operator_address_bound",
        "signature_ok",
        "subject_ref_ok",
    ];

    /// <summary>The canonical bytes of the projection of a verdict of a document. Missing members become null, missing lists empty.</summary>
    internal static byte[] Of(JsonElement? verdict)
    {
        var text = new ArrayBufferWriter<byte>(1024);
        text.Write("{\"checkpoints\":"u8);
        WriteList(text, Members.FindList(verdict, "checkpoints"), WriteCheckpoint);
        text.Write(",\"events\":"u8);
        WriteList(text, Members.FindList(verdict, "events"), static (writer, item) => WriteMembers(writer, item, EventMembers));
        text.Write(",\"schema_version\":"u8);
        WriteValue(text, Members.Find(verdict, "schema_version") is { ValueKind: JsonValueKind.String } version ? version : null);
        text.Write("}"u8);
        return text.WrittenSpan.ToArray();
    }

    private static void WriteCheckpoint(ArrayBufferWriter<byte> text, JsonElement checkpoint)
    {
        text.Write("{\"attestations\":"u8);
        WriteList(
            text,
            Members.FindList(checkpoint, "attestations"),
            static (writer, item) => WriteMembers(writer, item, AttestationMembers)
        );
        text.Write(",\"checkpoint_tx_id\":"u8);
        WriteValue(text, Members.Find(checkpoint, "checkpoint_tx_id"));
        text.Write(",\"merkle_root_ok\":"u8);
        WriteValue(text, Members.Find(checkpoint, "merkle_root_ok"));
        text.Write("}"u8);
    }

    private static void WriteList(ArrayBufferWriter<byte> text, JsonElement? list, Action<ArrayBufferWriter<byte>, JsonElement> write)
    {
        text.Write("["u8);
        var isFirst = true;
        foreach (var item in Members.Items(list))
        {
            if (!isFirst)
            {
                text.Write(","u8);
            }

            isFirst = false;
            write(text, item);
        }

        text.Write("]"u8);
    }

    private static void WriteMembers(ArrayBufferWriter<byte> text, JsonElement item, string[] names)
    {
        text.Write("{"u8);
        for (var i = 0; i < names.Length; i++)
        {
            text.Write(i == 0 ? "\""u8 : ",\""u8);
            Encoding.UTF8.GetBytes(names[i].AsSpan(), text);
            text.Write("\":"u8);
            WriteValue(text, Members.Find(item, names[i]));
        }

        text.Write("}"u8);
    }

    private static void WriteValue(ArrayBufferWriter<byte> text, JsonElement? value) =>
        text.Write(value is { } present ? EvidenceDocument.TextOf(present) : "null"u8);
}
