using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger;

namespace Hallmark.Cli.Commands;

/// <summary>Writes receipts as files, beside the bytes that they speak of.</summary>
internal static class ReceiptExport
{
    /// <summary>Writes each receipt of an entry, <c>ANCHOR.receipt.json</c>, and what it is a receipt for: <c>envelope.json</c> or <c>checkpoint-SIZE.txt</c>.</summary>
    /// <returns>The files.</returns>
    /// <exception cref="BadInputException">There is no receipt, or the folder cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        LedgerReader ledger,
        LoggedEntry entry,
        string? anchor,
        DirectoryInfo folder,
        CancellationToken token
    )
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var digest = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span);
        foreach (var receipt in await ledger.Receipts.FindAllAsync(digest, token).ConfigureAwait(false))
        {
            Add(receipt, "envelope.json", entry.Envelope);
        }

        foreach (var name in await ledger.Receipts.ListAnchorsAsync(token).ConfigureAwait(false))
        {
            var covering = await ledger.Receipts.FindCoveringAsync(name, entry.Index, limit: 1, token).ConfigureAwait(false);
            if (
                covering is [var receipt]
                && await ledger.FindCheckpointAsync(receipt.TreeSize ?? 0, token).ConfigureAwait(false) is { } checkpoint
            )
            {
                Add(receipt, $"checkpoint-{checkpoint.Size}.txt", checkpoint.Note);
            }
        }

        if (files.Count == 0)
        {
            throw new BadInputException(
                $"entry {entry.Index} has no receipt{(anchor is null ? "" : $" of \"{anchor}\"")} yet",
                "hallmark outbox drain, then hallmark receipts show " + entry.Index
            );
        }

        return await WriteAsync(folder, files, token).ConfigureAwait(false);

        void Add(AnchorReceipt receipt, string content, ReadOnlyMemory<byte> bytes)
        {
            if (anchor is null || receipt.Anchor == anchor)
            {
                // The settings allow no other names, but the database may have been changed.
                if (!receipt.Anchor.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                {
                    throw new BadInputException($"the receipt's anchor \"{receipt.Anchor}\" is no name for a file");
                }

                files[receipt.Anchor + ".receipt.json"] = [.. AnchorReceiptJson.Write(receipt), (byte)'\n'];
                files[content] = bytes.ToArray();
            }
        }
    }

    private static async Task<IReadOnlyList<string>> WriteAsync(
        DirectoryInfo folder,
        SortedDictionary<string, byte[]> files,
        CancellationToken token
    )
    {
        try
        {
            folder.Create();
            var written = new List<string>();
            foreach (var (name, bytes) in files)
            {
                var path = Path.Combine(folder.FullName, name);
                await File.WriteAllBytesAsync(path, bytes, token).ConfigureAwait(false);
                written.Add(path);
            }

            return written;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"cannot write to {folder}: {fault.Message}", fault, "name another folder with --output");
        }
    }
}
