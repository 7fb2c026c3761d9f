using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Bodies;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary>Finds the events that a person means by a model version, a run, an event or a receipt.</summary>
internal static class EvidenceSubject
{
    /// <summary>The subject as bundles write it, and its events, the one that speaks of it last.</summary>
    /// <exception cref="BadInputException">The ledger holds nothing of the kind.</exception>
    public static async Task<(string Subject, IReadOnlyList<LoggedEntry> Events)> FindAsync(
        LedgerReader ledger,
        string wanted,
        CancellationToken token
    )
    {
        if (File.Exists(wanted))
        {
            return await FindByReceiptAsync(ledger, new FileInfo(wanted), token).ConfigureAwait(false);
        }

        var key = wanted.Contains('/', StringComparison.Ordinal) ? ModelKey(wanted) : SubjectKeys.Run(wanted);
        var events = await ledger.FindBySubjectAsync(key, token).ConfigureAwait(false);
        if (events.Count > 0)
        {
            return (key, VersionEvents.OfNewest(events));
        }

        if (wanted.Contains('/', StringComparison.Ordinal))
        {
            throw new BadInputException($"the ledger holds no event about the model version {wanted}", $"hallmark register {wanted}");
        }

        var entry = await LedgerCommand.FindEntryAsync(ledger, wanted, token).ConfigureAwait(false);
        return (BundleSubject.Event(entry.EventId), [entry]);
    }

    private static string ModelKey(string wanted)
    {
        var (name, version) = ModelName.SplitWhole(wanted);
        return SubjectKeys.ModelVersion(name, version);
    }

    private static async Task<(string Subject, IReadOnlyList<LoggedEntry> Events)> FindByReceiptAsync(
        LedgerReader ledger,
        FileInfo file,
        CancellationToken token
    )
    {
        var receipt = AnchorReceiptJson.Parse(
            await BundleFile.ReadAsync(file, AnchorReceiptJson.MaxSizeInBytes, token).ConfigureAwait(false)
        );
        if (receipt.Target is AnchorTarget.Checkpoint)
        {
            throw new BadInputException(
                $"{file} is a receipt of a checkpoint over {receipt.TreeSize} entries",
                "name the event, run or model version: what covers it comes along"
            );
        }

        await foreach (var entry in ledger.ReadRangeAsync(0, long.MaxValue, token).ConfigureAwait(false))
        {
            if (Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span).Equals(receipt.Digest))
            {
                return (BundleSubject.Event(entry.EventId), [entry]);
            }
        }

        throw new BadInputException($"{file} is a receipt of {receipt.Digest}, which is no envelope of this ledger");
    }
}
