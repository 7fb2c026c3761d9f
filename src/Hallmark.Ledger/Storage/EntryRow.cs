using System.Globalization;
using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>An entry as the database holds it.</summary>
/// <param name="Entry">What callers see.</param>
/// <param name="Leaf">The leaf hash as stored; not recomputed.</param>
/// <param name="Chain">The chain that it prolonged, or null.</param>
internal sealed record EntryRow(LoggedEntry Entry, TreeHash Leaf, string? Chain)
{
    /// <summary>The columns that <see cref="Read"/> wants, in this order.</summary>
    public const string Columns = "idx, leaf, event_id, event_type, payload_hash, subject, chain, logged_at, envelope, record";

    /// <summary>The same where the record is not wanted: it may be large, and <see cref="Read"/> gives none.</summary>
    public const string ColumnsWithoutRecord = "idx, leaf, event_id, event_type, payload_hash, subject, chain, logged_at, envelope, NULL";

    /// <summary>Reads the row that a statement stands on.</summary>
    /// <exception cref="LedgerFormatException">The row has values that this program never writes.</exception>
    public static EntryRow Read(SqliteStatement row)
    {
        var index = row.GetNumber(0);
        if (
            row.GetSize(1) != TreeHash.SizeInBytes
            || row.GetSize(4) != TreeHash.SizeInBytes
            || row.GetSize(8) > EntryLimits.MaxEnvelopeSizeInBytes
            || row.GetSize(9) > EntryLimits.MaxRecordSizeInBytes
            || row.GetSize(2) > EntryLimits.MaxTextSizeInBytes
            || row.GetSize(5) > EntryLimits.MaxTextSizeInBytes
        )
        {
            throw new LedgerFormatException(
                string.Create(CultureInfo.InvariantCulture, $"entry {index} of the ledger has columns of a wrong size")
            );
        }

        return new EntryRow(
            new LoggedEntry(
                index,
                row.GetBytes(8).ToArray(),
                row.IsNull(9) ? default(ReadOnlyMemory<byte>?) : row.GetBytes(9).ToArray(),
                row.GetText(2) ?? "",
                row.GetText(3),
                Convert.ToHexStringLower(row.GetBytes(4)),
                row.GetText(5),
                UnixTime.FromMicroseconds(row.GetNumber(7))
            ),
            new TreeHash(row.GetBytes(1)),
            row.GetText(6)
        );
    }
}
