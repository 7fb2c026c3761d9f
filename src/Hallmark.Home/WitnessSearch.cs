using System.Collections.Immutable;
using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Core.Policies;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>
/// Finds who saw an envelope in a ledger's receipts, and checks each receipt with what the settings trust. A receipt for a checkpoint counts for an entry only where the
/// note is the ledger's, its key signed it, and the entry is in its tree.
/// </summary>
/// <param name="ledger">The ledger; null where there is none.</param>
/// <param name="anchors">The anchors of the settings.</param>
/// <param name="isLive">True where the live worlds are asked too.</param>
/// <param name="policy">Which witnesses are required; null for none.</param>
public sealed class WitnessSearch(LedgerReader? ledger, IReadOnlyList<ConfiguredAnchor> anchors, bool isLive, WitnessPolicy? policy)
    : IWitnessSource
{
    // A place that got every checkpoint has its proof for one of the first; what comes later proves only a later time.
    private const int MaxTried = 32;

    /// <inheritdoc />
    public async Task<WitnessFindings> FindAsync(
        ReadOnlyMemory<byte> envelope,
        long? index,
        DateTimeOffset? signedAt,
        CancellationToken cancellationToken
    )
    {
        var found = ImmutableArray.CreateBuilder<Witness>();
        if (ledger is not null)
        {
            var digest = Digest.Compute(DigestAlgorithm.Sha256, envelope.Span);
            foreach (var receipt in await ledger.Receipts.FindAllAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                found.Add(await VerifyAsync(receipt, envelope, cancellationToken).ConfigureAwait(false));
            }

            if (index is { } place)
            {
                foreach (var anchor in await ledger.Receipts.ListAnchorsAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (await FindThroughCheckpointAsync(anchor, envelope, place, cancellationToken).ConfigureAwait(false) is { } witness)
                    {
                        found.Add(witness);
                    }
                }
            }
        }

        var witnesses = found.ToImmutable();
        return new WitnessFindings(witnesses, [.. JudgeAll(witnesses, signedAt)]);
    }

    /// <summary>Checks one receipt against the bytes that were handed over, without asking what they mean for an entry.</summary>
    public async Task<Witness> VerifyAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        try
        {
            var verifier =
                anchors.FirstOrDefault(anchor => anchor.Name == receipt.Anchor)?.OpenVerifier()
                ?? throw new AnchorUnavailableException(
                    $"no anchor \"{receipt.Anchor}\" in the settings: nothing says what to trust for its receipts"
                );
            if (verifier.World != receipt.World)
            {
                return Unchecked(
                    receipt,
                    Check.Failed(
                        "receipt_world",
                        "another_world",
                        $"the receipt is of the world {receipt.World}, the anchor \"{receipt.Anchor}\" is {verifier.World}"
                    )
                );
            }

            return isLive
                ? await verifier.VerifyLiveAsync(receipt, content, cancellationToken).ConfigureAwait(false)
                : verifier.Verify(receipt, content);
        }
        catch (UnavailableException failure)
        {
            return Unchecked(receipt, Check.Unreachable("receipt", "out_of_reach", failure.Message));
        }
    }

    private async Task<Witness?> FindThroughCheckpointAsync(
        string anchor,
        ReadOnlyMemory<byte> envelope,
        long index,
        CancellationToken cancellationToken
    )
    {
        Witness? best = null;
        var receipts = await ledger!.Receipts.FindCoveringAsync(anchor, index, MaxTried, cancellationToken).ConfigureAwait(false); // the caller looked
        foreach (var receipt in receipts)
        {
            var witness = await VerifyThroughAsync(receipt, envelope, index, cancellationToken).ConfigureAwait(false);
            if (witness.Holds || witness.IsRefuted)
            {
                return witness;
            }

            best = best is null || Progress(witness.State) > Progress(best.State) ? witness : best;
        }

        return best;
    }

    private async Task<Witness> VerifyThroughAsync(
        AnchorReceipt receipt,
        ReadOnlyMemory<byte> envelope,
        long index,
        CancellationToken cancellationToken
    )
    {
        var size = receipt.TreeSize ?? 0;
        if (await ledger!.FindCheckpointAsync(size, cancellationToken).ConfigureAwait(false) is not { } checkpoint) // as above
        {
            return Unchecked(
                receipt,
                Check.Unreachable("checkpoint", "out_of_reach", $"the ledger no longer holds its checkpoint over {size} entries")
            );
        }

        var witness = await VerifyAsync(receipt, checkpoint.Note, cancellationToken).ConfigureAwait(false);
        var checks = await WitnessChecks
            .OfCheckpointAsync(ledger, checkpoint.Note, size, envelope, index, cancellationToken)
            .ConfigureAwait(false);
        return witness with { Checks = [.. witness.Checks, .. checks] };
    }

    private IEnumerable<Check> JudgeAll(ImmutableArray<Witness> witnesses, DateTimeOffset? signedAt)
    {
        if (!witnesses.IsEmpty)
        {
            yield return WitnessChecks.Judge(witnesses);
        }

        if (policy is not null)
        {
            yield return policy.Evaluate(witnesses, signedAt);
        }
    }

    private static int Progress(ReceiptState state) => state is ReceiptState.Rejected ? -1 : (int)state;

    private static Witness Unchecked(AnchorReceipt receipt, Check check) =>
        new()
        {
            Anchor = receipt.Anchor,
            World = receipt.World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = receipt.State,
            IsOutside = false,
            Checks = [check],
            Trust = "nothing was checked",
            Reference = receipt.Reference,
            ExpectedAt = receipt.ExpectedAt,
            Remark = receipt.Remark,
        };
}
