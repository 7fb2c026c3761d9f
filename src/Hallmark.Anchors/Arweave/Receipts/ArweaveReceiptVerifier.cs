using System.Globalization;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.Arweave.Receipts;

/// <summary>
/// Checks receipts of <see cref="ArweaveAnchor"/>. From its own bytes a receipt shows that a wallet signed an item that commits to the content, and, where a trusted bundler's
/// receipt is in it, when that bundler took it. That the item lies in a block of Arweave is known from gateways only.
/// </summary>
/// <param name="trust">What it goes by.</param>
/// <param name="gateways">Who is asked for blocks; null where nobody is.</param>
/// <param name="time">The clock, for what the bundler's time may be at most.</param>
public sealed class ArweaveReceiptVerifier(ArweaveTrust trust, ArweaveGateways? gateways, TimeProvider time) : IReceiptVerifier
{
    private const string NoTrust = "nothing outside the ledger's owner speaks for it yet";

    /// <inheritdoc />
    public string World => ArweaveAnchor.WorldName;

    /// <inheritdoc />
    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var checks = new ReceiptCheckList();
        var proof = CheckProof(receipt, content, checks);
        var promise = proof is null ? null : CheckPromise(receipt, proof, checks);
        var attested = FindAttested(receipt, proof, receipt.Block?.Height, checks);
        if (receipt.Block is { } block)
        {
            checks.Skip("block", "offline", $"the receipt names block {Number(block.Height)}; only gateways can tell");
        }

        return Describe(receipt, checks, promise, attested);
    }

    /// <inheritdoc />
    public async Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var checks = new ReceiptCheckList();
        var proof = CheckProof(receipt, content, checks);
        var promise = proof is null ? null : CheckPromise(receipt, proof, checks);
        if (proof is null || checks.HasFailed)
        {
            return Describe(receipt, checks, promise, FindAttested(receipt, proof, receipt.Block?.Height, checks));
        }

        if (gateways is null)
        {
            checks.OutOfReach("block", "no gateways are configured");
            return Describe(receipt, checks, promise, FindAttested(receipt, proof, receipt.Block?.Height, checks));
        }

        var expected = Digest.Compute(DigestAlgorithm.Sha256, proof.Item.Data.Span);
        var data = await gateways.FindDataAsync(proof.Item.Id, expected, cancellationToken).ConfigureAwait(false);
        // Who lied about the data is not asked about the block.
        var place = await gateways
            .Without(data.Lies.Select(lie => lie.Gateway))
            .FindPlaceAsync(proof.Item, cancellationToken)
            .ConfigureAwait(false);
        CheckRetrieval(data, checks);
        CheckBlock(receipt, place, checks);
        var attested = FindAttested(receipt, proof, (place.Value?.Block ?? receipt.Block)?.Height, checks);
        return place.Value?.Block is { } block
            ? DescribeBlock(receipt, checks, block, place.Gateway, attested)
            : Describe(receipt, checks, promise, attested);
    }

    private ArweaveProof? CheckProof(AnchorReceipt receipt, ReadOnlyMemory<byte> content, ReceiptCheckList checks)
    {
        var network = $"{receipt.World}/{receipt.Network}";
        checks.Decide(
            "network",
            receipt.World == World && receipt.Network == trust.Network
                ? null
                : ("another_network", $"the receipt is of {network}, and {World}/{trust.Network} was asked for"),
            $"the receipt is of {network}"
        );
        checks.Decide(
            "digest",
            Digest.Compute(DigestAlgorithm.Sha256, content.Span).Equals(receipt.Digest)
                ? null
                : ("another_digest", "the receipt is for other content"),
            "the receipt is for this content"
        );
        if (!ArweaveProof.TryRead(receipt, out var proof, out var fault))
        {
            checks.Fail("proof", "malformed", "the receipt's proof cannot be read: " + fault);
            return null;
        }

        var verification = proof.Item.Verify(receipt.Reference ?? "");
        checks.Decide(
            "item",
            !verification.IsVerified ? ("item_invalid", verification.Refusal!.Reason) // ! there where it is not verified
                : !proof.Item.HasCanonicalTags ? ("tags_not_canonical", "its tags are not written in the one form that gateways return")
                : null,
            $"wallet {proof.Item.OwnerAddress} signed item {proof.Item.Id}"
        );
        CheckOwner(proof, checks);
        if (receipt.Target is AnchorTarget.Checkpoint)
        {
            ContentChecks.RunBatched(receipt, proof, content, checks);
        }
        else
        {
            ContentChecks.RunDirect(proof, content, checks);
        }

        return proof;
    }

    private void CheckOwner(ArweaveProof proof, ReceiptCheckList checks)
    {
        if (trust.WalletAddresses.Count == 0)
        {
            checks.Skip("owner", "no_wallet_given", $"nobody said which wallet is expected; it is {proof.Item.OwnerAddress}");
            return;
        }

        checks.Decide(
            "owner",
            trust.WalletAddresses.Contains(proof.Item.OwnerAddress, StringComparer.Ordinal)
                ? null
                : ("another_wallet", $"wallet {proof.Item.OwnerAddress} signed the item, and another one is expected"),
            "an expected wallet signed the item"
        );
    }

    /// <summary>The bundler's promise, where one that is trusted made it; otherwise null.</summary>
    private TurboReceipt? CheckPromise(AnchorReceipt receipt, ArweaveProof proof, ReceiptCheckList checks)
    {
        if (proof.TurboReceipt is not { } promise)
        {
            checks.Skip("receipt_signature", "no_receipt", "the receipt holds no signed promise of a bundler");
            return null;
        }

        var now = time.GetUtcNow();
        var expectation = new TurboReceiptExpectation
        {
            BundlerAddresses = trust.BundlerAddresses,
            NotBefore = Shifted(receipt.PreparedAt, -trust.ClockTolerance),
            NotAfter = Shifted(now, trust.ClockTolerance),
        };
        var isBelieved = true;
        foreach (var check in promise.Verify(proof.Item, expectation))
        {
            // Two clocks that differ show that one is wrong, not which: the promise stands, its time does not count.
            var isClock = check is { Name: "receipt_time", Outcome: CheckOutcome.Failed };
            checks.Add(
                isClock
                    ? check with
                    {
                        Outcome = CheckOutcome.NotRun,
                        Reason = "clocks_disagree",
                        IsRequired = false,
                    }
                    : check with
                    {
                        IsRequired = check.IsRequired && check.Outcome is not CheckOutcome.NotRun,
                    }
            );
            isBelieved &= check.Outcome is CheckOutcome.Passed || check.Name is "receipt_time" or "receipt_deadline";
        }

        return isBelieved ? promise : null;
    }

    private static void CheckRetrieval(GatewayAnswer<byte[]> data, ReceiptCheckList checks)
    {
        if (data.Value is not null)
        {
            checks.Pass("retrieval", $"{data.Gateway} returned the item's data{Liars(data)}");
        }
        else
        {
            checks.Skip(
                "retrieval",
                data.Lies.Any() ? "gateway_lied" : "not_found",
                "no gateway returned the item's data: " + data.Describe()
            );
        }
    }

    private static void CheckBlock(AnchorReceipt receipt, GatewayAnswer<ItemPlace> place, ReceiptCheckList checks)
    {
        var claimsBlock = receipt.State is ReceiptState.Confirmed or ReceiptState.Final;
        if (place.Value?.Block is { } block)
        {
            checks.Decide(
                "block",
                receipt.Block is { } claimed && claimed.Height != block.Height
                    ? (
                        "another_block",
                        $"the receipt names block {Number(claimed.Height)}, and {place.Gateway} names {Number(block.Height)}"
                    )
                    : null,
                $"in block {Number(block.Height)} with {Number(block.Depth ?? 1)} blocks from there on, by the word of {place.Gateway}{Liars(place)}"
            );
        }
        else if (place.IsOutOfReach)
        {
            checks.OutOfReach("block", "no gateway could tell: " + place.Describe());
        }
        else if (claimsBlock)
        {
            checks.Fail("block", "not_found", "the receipt claims a block, and no gateway knows one");
        }
        else
        {
            checks.Skip("block", "pending", "it is in no block yet");
        }
    }

    private AttestedBlock? FindAttested(AnchorReceipt receipt, ArweaveProof? proof, long? height, ReceiptCheckList checks) =>
        proof is null
            ? null
            : AttestationChecks.Run(
                proof,
                trust.OperatorAddresses,
                height,
                Shifted(receipt.PreparedAt, -trust.ClockTolerance),
                Shifted(time.GetUtcNow(), trust.ClockTolerance),
                checks
            );

    private Witness DescribeBlock(
        AnchorReceipt receipt,
        ReceiptCheckList checks,
        BlockPosition block,
        string? gateway,
        AttestedBlock? attested
    )
    {
        var reached = block.Depth >= trust.FinalDepth ? ReceiptState.Final : ReceiptState.Confirmed;
        return Start(receipt, checks) with
        {
            State = AtMost(receipt.State, reached),
            ExistedBefore = block.Time,
            By =
                $"Arweave block {Number(block.Height)}, by the word of {gateway}{(attested is null ? "" : $", attested by operator {attested.Operator}")}",
            Trust =
                $"the gateway {gateway}{(attested is null ? "" : $" or the operator {attested.Operator}")}, that the block exists and holds the item: this program does not check Arweave's blocks itself",
            Depth = block.Depth,
            Level = attested?.Level,
        };
    }

    private Witness Describe(AnchorReceipt receipt, ReceiptCheckList checks, TurboReceipt? promise, AttestedBlock? attested)
    {
        var witness = Start(receipt, checks);
        if (attested is not null)
        {
            return witness with
            {
                State = AtMost(receipt.State, ReceiptState.Confirmed),
                ExistedBefore = attested.Time,
                By = $"Arweave block {Number(attested.Height)}, attested by operator {attested.Operator}",
                Trust =
                    $"the operator {attested.Operator}, who signed that the block holds the item: this program does not check Arweave's blocks itself",
                Level = attested.Level,
            };
        }

        if (promise is null)
        {
            return witness with { State = AtMost(receipt.State, ReceiptState.Prepared) };
        }

        var isTimely = checks.ToImmutable().Any(check => check is { Name: "receipt_time", Outcome: CheckOutcome.Passed });
        return witness with
        {
            State = AtMost(receipt.State, ReceiptState.Submitted),
            ExistedBefore = isTimely ? promise.Timestamp : null,
            By = isTimely ? "the bundler's signed receipt" : null,
            Trust =
                $"the bundler {promise.BundlerAddress}: it can give any time, and promises block {Number(promise.DeadlineHeight)} at the latest, but has not proved that the item is on Arweave",
        };
    }

    private Witness Start(AnchorReceipt receipt, ReceiptCheckList checks) =>
        new()
        {
            Anchor = receipt.Anchor,
            World = World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = ReceiptState.Prepared,
            IsOutside = true,
            Checks = checks.ToImmutable(),
            Trust = NoTrust,
            Reference = receipt.Reference,
            ExpectedAt = receipt.ExpectedAt,
            Remark = receipt.Remark,
        };

    private static ReceiptState AtMost(ReceiptState claimed, ReceiptState reached) =>
        claimed is ReceiptState.Rejected || claimed < reached ? claimed : reached;

    // Clocks may stand anywhere; the ends of time are no reason to throw.
    private static DateTimeOffset Shifted(DateTimeOffset at, TimeSpan by) =>
        by < TimeSpan.Zero
            ? (at - DateTimeOffset.MinValue > -by ? at + by : DateTimeOffset.MinValue)
            : (DateTimeOffset.MaxValue - at > by ? at + by : DateTimeOffset.MaxValue);

    private static string Liars<T>(GatewayAnswer<T> answer)
        where T : class => answer.Lies.Any() ? $"; not believed: {string.Join("; ", answer.Lies)}" : "";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
