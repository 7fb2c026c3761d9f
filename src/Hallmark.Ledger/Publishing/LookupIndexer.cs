using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Publishing;

/// <summary>
/// Puts the rows of durable entries into the lookup table, apart from checkpoints: the rows lie in random order, so that many at once touch far fewer pages for each. Until then
/// the entries are found without them. What a crash leaves half-done is done again; rows are right whenever they are written, since entries never change. One call at a time.
/// </summary>
/// <param name="writer">The writing thread.</param>
/// <param name="indexed">How many entries the table holds.</param>
internal sealed class LookupIndexer(LedgerWriter writer, long indexed)
{
    private const int RowsAtOnce = 1_024;
    private const int FewWaiting = 1 << 15;
    private readonly LookupRows _rows = new();
    private long _indexed = indexed;

    /// <summary>True where entries have no rows yet, as far as this process knows.</summary>
    public bool HasWork => writer.Size != Volatile.Read(ref _indexed);

    /// <summary>Puts in the rows of all that is durable now.</summary>
    /// <returns>How many entries the table holds then.</returns>
    /// <exception cref="Core.Failures.UnavailableException">The disk refuses, or another process does not stop writing.</exception>
    /// <exception cref="LedgerDamagedException">The database disagrees with itself.</exception>
    public async Task<long> RunAsync()
    {
        var size = await writer.RunAsync(Start).ConfigureAwait(false);
        var rows = _rows.Sort();

        // In small pieces, so that appends between them need not wait long; in larger ones the more entries wait for the next turn, which only memory knows of until then: under full
        // load more could be appended between two small pieces than one of them puts into the table, without end.
        for (int start = 0, count; start < rows.Length; start += count)
        {
            var waiting = (writer.Size - size) / FewWaiting;
            count = (int)Math.Min(rows.Length - start, RowsAtOnce * (1 + waiting));
            var (piece, isLast) = (rows.Slice(start, count), start + count == rows.Length);
            _ = await writer
                .RunAsync(statements =>
                {
                    statements.InsertLookups(piece.Span);
                    if (isLast)
                    {
                        statements.SetIndexed(size);
                    }

                    return 0;
                })
                .ConfigureAwait(false);
        }

        if (rows.Length > 0)
        {
            _ = await writer
                .RunAsync(statements =>
                {
                    statements.Recent.ForgetOld();
                    return 0;
                })
                .ConfigureAwait(false);
        }

        Volatile.Write(ref _indexed, size);
        return size;
    }

    private long Start(LedgerStatements statements)
    {
        _rows.Clear();
        var done = IndexedSize.Read(statements.Session);
        if (done < statements.NextIndex)
        {
            statements.Recent.StartGeneration(_rows, done);
        }
        else
        {
            // Another process has put them all in.
            statements.Recent.Clear();
        }

        return statements.NextIndex;
    }
}
