using System.Globalization;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave;

/// <summary>How a receipt goes on after the upload: the bundler's word, then a block, then enough blocks on it; or, where the bundler fails or loses the item, back to be sent again.</summary>
/// <param name="turbo">The upload service.</param>
/// <param name="gateways">Who is asked for the block.</param>
/// <param name="options">The anchor.</param>
/// <param name="time">The clock.</param>
internal sealed class ReceiptProgress(TurboClient turbo, ArweaveGateways gateways, ArweaveAnchorOptions options, TimeProvider time)
{
    /// <summary>So often the bundler may fail or lose an item until it counts as refused.</summary>
    public const int MaxFailures = 5;

    /// <summary>An item that neither the bundler nor a gateway knows counts as lost after this.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromHours(1);

    private const int MaxRemarkLength = 500;
    private static readonly TimeSpan UntilBlock = TimeSpan.FromMinutes(45);
    private static readonly TimeSpan BlockTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstRefresh = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestAskedPause = TimeSpan.FromHours(1);

    /// <summary>The receipt after the service took the item.</summary>
    /// <param name="prepared">The receipt so far.</param>
    /// <param name="proof">Its proof.</param>
    /// <param name="receipt">The verified receipt; null where the service has the item and gave none.</param>
    public AnchorReceipt Submitted(AnchorReceipt prepared, ArweaveProof proof, TurboReceipt? receipt)
    {
        var now = time.GetUtcNow();
        return prepared with
        {
            State = ReceiptState.Submitted,
            SubmittedAt = now,
            RefreshAfter = now + FirstRefresh,
            ExpectedAt = now + UntilBlock,
            Remark = receipt is not null
                ? string.Create(CultureInfo.InvariantCulture, $"the bundler promises it by block {receipt.DeadlineHeight}")
                : "the bundler has it, and gave no signed receipt",
            Proof = (proof with { TurboReceipt = receipt ?? proof.TurboReceipt }).ToJson(),
        };
    }

    /// <summary>Asks the bundler and the gateways.</summary>
    /// <exception cref="AnchorUnavailableException">Neither answers.</exception>
    public async Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, ArweaveProof proof, CancellationToken cancellationToken)
    {
        var (status, silence) = await AskBundlerAsync(proof.Item.Id, cancellationToken).ConfigureAwait(false);
        var place = await gateways.FindPlaceAsync(proof.Item, cancellationToken).ConfigureAwait(false);
        var known = proof with
        {
            BundleId = place.Value?.BundledIn is { } bundle && ArweaveId.IsWellFormed(bundle) ? bundle : status?.BundleId ?? proof.BundleId,
        };
        if (place.Value is { Block: { } block })
        {
            return InBlock(receipt, known with { Gateway = place.Gateway }, block, status, place);
        }

        if (status is { State: TurboItemState.Failed })
        {
            return SendAgain(receipt, known, $"the bundler failed it: {status.Reason ?? "it gives no reason"}");
        }

        if (silence is not null && place.IsOutOfReach)
        {
            throw new AnchorUnavailableException($"{silence.Message}; {place.Describe()}", silence)
            {
                RetryAfter = Longer(silence.RetryAfter, place.RetryAfter),
            };
        }

        var age = time.GetUtcNow() - (receipt.SubmittedAt ?? receipt.PreparedAt);
        if (silence is null && status is null && place.Value is null && !place.IsOutOfReach && age >= LostAfter)
        {
            return SendAgain(receipt, known, "neither the bundler nor a gateway knows it any more");
        }

        return Waiting(receipt, known, status?.State.ToString().ToUpperInvariant(), silence, place);
    }

    private async Task<(TurboItemStatus? Status, AnchorUnavailableException? Silence)> AskBundlerAsync(
        string id,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await turbo.FindStatusAsync(id, cancellationToken).ConfigureAwait(false), null);
        }
        catch (AnchorUnavailableException silence)
        {
            return (null, silence);
        }
    }

    private AnchorReceipt InBlock(
        AnchorReceipt receipt,
        ArweaveProof proof,
        BlockPosition block,
        TurboItemStatus? status,
        GatewayAnswer<ItemPlace> place
    )
    {
        var isDeep = block.Depth >= options.FinalDepth;
        var isFinal = isDeep || status is { State: TurboItemState.Finalized };
        var missing = Math.Max(1, options.FinalDepth - (block.Depth ?? 1));
        var now = time.GetUtcNow();
        return receipt with
        {
            State = isFinal ? ReceiptState.Final : ReceiptState.Confirmed,
            Block = block,
            RefreshAfter = isFinal ? null : now + Shorter(BlockTime * missing, LongestPause),
            ExpectedAt = isFinal ? null : now + (BlockTime * missing),
            Remark = Cut(
                $"in block {block.Height.ToString(CultureInfo.InvariantCulture)} by the word of {place.Gateway}{(isFinal && !isDeep ? ", final by the word of the bundler" : "")}{Liars(place)}"
            ),
            Proof = proof.ToJson(),
        };
    }

    private AnchorReceipt Waiting(
        AnchorReceipt receipt,
        ArweaveProof proof,
        string? state,
        AnchorUnavailableException? silence,
        GatewayAnswer<ItemPlace> place
    )
    {
        var now = time.GetUtcNow();
        var pause = Shorter(receipt.SubmittedAt is { } since && now > since ? now - since + FirstRefresh : FirstRefresh, LongestPause);

        // Who asks to be left alone is; but for an hour at most, since the others are not asked in the meantime either.
        var asked = Longer(silence?.RetryAfter, place.RetryAfter) ?? TimeSpan.Zero;
        var expected = (receipt.SubmittedAt ?? now) + UntilBlock;

        // A block that was there and that a gateway no longer knows was undone: the item waits for its next one. Silence undoes nothing.
        var keepsBlock = receipt.Block is not null && place.IsOutOfReach;
        return receipt with
        {
            State = keepsBlock ? receipt.State : ReceiptState.Submitted,
            Block = keepsBlock ? receipt.Block : null,
            RefreshAfter = now + (asked > pause ? Shorter(asked, LongestAskedPause) : pause),
            ExpectedAt = expected > now ? expected : now + LongestPause,
            Remark = Cut(
                $"waiting for a block; the bundler {(silence is null ? $"says {state ?? "nothing"}" : $"is silent: {silence.Message}")}{Liars(place)}{Silent(place)}"
            ),
            Proof = proof.ToJson(),
        };
    }

    private AnchorReceipt SendAgain(AnchorReceipt receipt, ArweaveProof proof, string why)
    {
        var failures = proof.Failures + 1;
        var isRefused = failures >= MaxFailures;
        return receipt with
        {
            State = isRefused ? ReceiptState.Rejected : ReceiptState.Prepared,
            Block = null,
            SubmittedAt = null,
            ExpectedAt = null,
            RefreshAfter = isRefused ? null : time.GetUtcNow() + FirstRefresh,
            Remark = Cut($"{why}; {(isRefused ? $"it failed {failures} times and is not sent again" : "the same item is sent again")}"),
            Proof = (proof with { Failures = failures, TurboReceipt = null, Gateway = null, BundleId = null }).ToJson(),
        };
    }

    private static string Liars(GatewayAnswer<ItemPlace> place) =>
        place.Lies.Any() ? $"; not believed: {string.Join("; ", place.Lies)}" : "";

    private static string Silent(GatewayAnswer<ItemPlace> place)
    {
        var silent = place.Faults.Where(fault => fault.Kind is GatewayFaultKind.Unreachable).ToList();
        return silent.Count == 0 ? "" : $"; no answer of {string.Join("; ", silent)}";
    }

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string Cut(string text) => ShortText.Cut(text, MaxRemarkLength);
}
