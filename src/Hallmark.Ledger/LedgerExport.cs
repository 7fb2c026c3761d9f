using System.Text;
using System.Text.Json;

namespace Hallmark.Ledger;

/// <summary>Writes a whole ledger as text that other programs read: JSON lines, one for each entry, and at the end the newest checkpoint.</summary>
public static class LedgerExport
{
    /// <summary>
    /// Writes all entries that the newest checkpoint covers, as <c>{"index","event_id","event_type","payload_hash","subject","logged_at","envelope","record"}</c>
    /// with envelope and record in base64, and last <c>{"checkpoint"}</c> with the signed note; a ledger without checkpoint gives all entries and <c>null</c>.
    /// </summary>
    /// <param name="reader">The ledger.</param>
    /// <param name="output">Where to; stays open.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(LedgerReader reader, Stream output, CancellationToken cancellationToken)
    {
        var checkpoint = await reader.FindLatestCheckpointAsync(cancellationToken).ConfigureAwait(false);
        using var line = new MemoryStream();
        using var writer = new Utf8JsonWriter(line);
        await foreach (var entry in reader.ReadRangeAsync(0, checkpoint?.Size ?? long.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteNumber("index"u8, entry.Index);
            writer.WriteString("event_id"u8, entry.EventId);
            writer.WriteString("event_type"u8, entry.EventType);
            writer.WriteString("payload_hash"u8, entry.PayloadHash);
            writer.WriteString("subject"u8, entry.SubjectKey);
            writer.WriteString("logged_at"u8, entry.LoggedAt);
            writer.WriteBase64String("envelope"u8, entry.Envelope.Span);
            if (entry.Record is { } record)
            {
                writer.WriteBase64String("record"u8, record.Span);
            }
            else
            {
                writer.WriteNull("record"u8);
            }

            writer.WriteEndObject();
            await EndLineAsync(writer, line, output, cancellationToken).ConfigureAwait(false);
        }

        writer.WriteStartObject();
        writer.WriteString("checkpoint"u8, checkpoint is null ? null : Encoding.UTF8.GetString(checkpoint.Note.Span));
        writer.WriteEndObject();
        await EndLineAsync(writer, line, output, cancellationToken).ConfigureAwait(false);
    }

    private static async Task EndLineAsync(Utf8JsonWriter writer, MemoryStream line, Stream output, CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        line.WriteByte((byte)'\n');
        await output.WriteAsync(line.GetBuffer().AsMemory(0, (int)line.Length), cancellationToken).ConfigureAwait(false);
        line.SetLength(0);
        writer.Reset();
    }
}
