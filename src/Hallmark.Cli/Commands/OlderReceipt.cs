using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Evidence.Predictions;
using Hallmark.Files;
using Hallmark.Ledger;

namespace Hallmark.Cli.Commands;

/// <summary>The receipt of a prediction that lies where a newer one of the same prediction is to go: it grows in its place, and loses nothing.</summary>
/// <param name="file">The file, links followed.</param>
/// <param name="receipt">What it holds; unverified.</param>
internal sealed class OlderReceipt(string file, PredictionReceipt receipt)
{
    /// <summary>True where it holds the record, which the newer one must hold too.</summary>
    public bool HasRecord => receipt.Record is not null;

    /// <summary>The receipt in a file that is there already; null where there is no file.</summary>
    /// <exception cref="BadInputException">The file is no receipt of this prediction: it is left alone.</exception>
    public static async Task<OlderReceipt?> FindAsync(FileInfo? output, string decisionId, CancellationToken token)
    {
        if (output is not { Exists: true })
        {
            return null;
        }

        var file = output.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? output.FullName;
        return await TryReadAsync(file, token).ConfigureAwait(false) is { } receipt && receipt.DecisionId == decisionId
            ? new OlderReceipt(file, receipt)
            : throw new BadInputException($"{output} exists already, and is no receipt of this prediction", "choose another name");
    }

    /// <summary>Puts a newer receipt in its place, whole and at once.</summary>
    /// <param name="newer">The newer one.</param>
    /// <param name="ledger">What it was made from.</param>
    /// <param name="token">Ends the asking; nothing was changed then.</param>
    /// <returns>What came to it, in words.</returns>
    /// <exception cref="BadInputException">It holds something that the ledger does not, such as a checkpoint of another history; or it cannot be written. It is left alone.</exception>
    public async Task<string> ReplaceAsync(PredictionReceipt newer, LedgerReader ledger, CancellationToken token)
    {
        var isSame =
            newer.Envelope.Span.SequenceEqual(receipt.Envelope.Span)
            && newer.Origin == receipt.Origin
            && newer.Index == receipt.Index
            && receipt.Receipts.All(anchored => newer.Receipts.Any(one => IsAsGood(one, anchored)));
        foreach (var checkpoint in receipt.Checkpoints)
        {
            isSame =
                isSame
                && checkpoint.TreeSize <= long.MaxValue
                && await ledger.FindCheckpointAsync((long)checkpoint.TreeSize, token).ConfigureAwait(false) is { } known
                && known.Note.Span.SequenceEqual(checkpoint.Note.Span);
        }

        if (!isSame)
        {
            throw new BadInputException(
                $"{file} holds what this ledger's receipt of the prediction does not: it is left alone",
                "choose another name, and keep both"
            );
        }

        try
        {
            ReplacedFile.Write(file, [.. PredictionReceiptJson.Write(newer), (byte)'\n']);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{file} cannot be written: {fault.Message}", fault);
        }

        return $"checkpoints {receipt.Checkpoints.Length} → {newer.Checkpoints.Length}, receipts of anchors {receipt.Receipts.Length} → {newer.Receipts.Length}";
    }

    // Of the checkpoints above a prediction an anchor may confirm a later one first: then that one is what the newer receipt has.
    private static bool IsAsGood(AnchorReceipt newer, AnchorReceipt older) =>
        newer.Anchor == older.Anchor
        && (newer.Digest.Equals(older.Digest) || (newer.State is not ReceiptState.Rejected && newer.State >= older.State));

    private static async Task<PredictionReceipt?> TryReadAsync(string file, CancellationToken token)
    {
        try
        {
            var bytes = await BundleFile.ReadAsync(new FileInfo(file), PredictionReceiptJson.MaxSizeInBytes, token).ConfigureAwait(false);
            return PredictionReceiptJson.Parse(bytes);
        }
        catch (Exception fault) when (fault is BadInputException or JsonRejectedException)
        {
            return null;
        }
    }
}
