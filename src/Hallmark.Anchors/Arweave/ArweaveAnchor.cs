using System.Collections.Concurrent;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;

namespace Hallmark.Anchors.Arweave;

/// <summary>
/// Arweave through a Turbo bundler. <i>Direct</i>: each envelope is a data item of its own, as <c>ario.mlflow/v1</c> tools expect. <i>Batched</i>: each checkpoint goes as
/// a checkpoint of <c>ario.events/v1</c>, one item for any number of envelopes.
/// </summary>
/// <param name="options">How it is set.</param>
/// <param name="openWallet">Opens the wallet that signs and pays; called when it is first needed, and again after a failure.</param>
/// <param name="signer">Signs the checkpoint envelopes of batched mode.</param>
/// <param name="receipts">Where the last checkpoint of this anchor is looked up.</param>
/// <param name="turbo">The upload service.</param>
/// <param name="payments">The payment service.</param>
/// <param name="gateways">Who is asked for the block.</param>
/// <param name="random">The one place of randomness: event ids, items' anchors.</param>
/// <param name="time">The clock.</param>
/// <param name="verify">A service that is asked for its operator's attestation; null for none.</param>
public sealed class ArweaveAnchor(
    ArweaveAnchorOptions options,
    Func<ArweaveWallet> openWallet,
    ISigner signer,
    IReceiptReader receipts,
    TurboClient turbo,
    TurboPayments payments,
    ArweaveGateways gateways,
    ArweaveRandomness random,
    TimeProvider time,
    AttestationRequest? verify = null
) : IAnchor, IDisposable
{
    /// <summary>The name of this kind of world in receipts.</summary>
    public const string WorldName = "arweave";

    /// <summary>The network unless another is set.</summary>
    public const string MainNetwork = "mainnet";

    private const int MaxNeverSent = 10_000;
    private readonly ReceiptProgress _progress = new(turbo, gateways, options, time);
    private readonly ConcurrentDictionary<string, byte> _neverSent = new(StringComparer.Ordinal);
    private readonly Lock _opening = new();
    private ArweaveWallet? _wallet;

    /// <inheritdoc />
    public string Name { get; } = options.Name;

    /// <inheritdoc />
    public string World => WorldName;

    /// <inheritdoc />
    public AnchorTarget Target { get; } = options.Target;

    /// <inheritdoc />
    public bool IsOutsideWitness => true;

    /// <inheritdoc />
    public async Task<AnchorReceipt> PrepareAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        if (submission.Target != Target)
        {
            throw new ArgumentException($"This anchor takes {AnchorReceiptJson.NameOf(Target)}s.", nameof(submission));
        }

        var wallet = OpenWallet();
        var now = time.GetUtcNow();
        var proof =
            Target is AnchorTarget.Checkpoint
                ? await MakeBatchedAsync(submission, wallet, now, cancellationToken).ConfigureAwait(false)
                : MakeDirect(submission, wallet);
        if (proof.Item.Bytes.Length > ArweaveProof.MaxItemSizeInBytes)
        {
            throw new BadInputException(
                $"the item has {proof.Item.Bytes.Length} bytes, and at most {ArweaveProof.MaxItemSizeInBytes} are sent",
                "the event stays in the ledger; an anchor with \"anchors\": \"checkpoint\" covers it"
            );
        }

        if (_neverSent.Count < MaxNeverSent)
        {
            _neverSent[proof.Item.Id] = 0;
        }

        return new AnchorReceipt
        {
            Anchor = Name,
            World = World,
            Network = options.Network,
            Target = Target,
            Digest = submission.Digest,
            TreeSize = submission.TreeSize,
            State = ReceiptState.Prepared,
            Reference = proof.Item.Id,
            PreparedAt = now,
            Proof = proof.ToJson(),
        };
    }

    /// <inheritdoc />
    public async Task<AnchorReceipt> SubmitAsync(AnchorReceipt prepared, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        var proof = ReadProof(prepared);
        var wallet = OpenWallet();
        if (proof.Item.OwnerAddress != wallet.Address)
        {
            throw new AnchorUnavailableException(
                $"item {proof.Item.Id} was signed by another wallet ({proof.Item.OwnerAddress}) than the one that is set now ({wallet.Address})",
                "put the wallet back, or drop the work: \"hallmark outbox list\""
            );
        }

        // Made by this process a moment ago and never sent: nobody can have it. Whatever else may have been sent, by this process or by another one, and is asked for.
        if (!_neverSent.TryRemove(proof.Item.Id, out _) && await IsTakenAsync(proof.Item.Id, cancellationToken).ConfigureAwait(false))
        {
            return _progress.Submitted(prepared, proof, receipt: null);
        }

        var upload = await turbo.UploadAsync(proof.Item, wallet, cancellationToken).ConfigureAwait(false);
        return _progress.Submitted(prepared, proof, upload.Receipt);
    }

    /// <inheritdoc />
    public async Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var refreshed = await _progress.RefreshAsync(receipt, ReadProof(receipt), cancellationToken).ConfigureAwait(false);
        return verify is null || refreshed.Block is null
            ? refreshed
            : await verify.AddToAsync(refreshed, ReadProof(refreshed), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        string? address = null;
        try
        {
            var wallet = OpenWallet();
            address = $"{wallet.Chain}:{wallet.NativeAddress}";
            var info = await turbo.ReadInfoAsync(cancellationToken).ConfigureAwait(false);
            return new AnchorStatus(
                IsReachable: true,
                $"{turbo.Options.UploadService.Authority} signs receipts with {info.BundlerAddress}; items up to {info.FreeUploadLimitBytes} bytes are free{await DescribeVerifyAsync(cancellationToken).ConfigureAwait(false)}",
                address,
                await FindBalanceAsync(wallet, cancellationToken).ConfigureAwait(false)
            );
        }
        catch (AnchorUnavailableException fault)
        {
            return new AnchorStatus(IsReachable: false, fault.Message, address);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_opening)
        {
            _wallet?.Dispose();
            _wallet = null;
        }
    }

    private ArweaveProof MakeDirect(AnchorSubmission submission, ArweaveWallet wallet)
    {
        if (!EnvelopeView.TryRead(submission.Content.Span, out var envelope))
        {
            throw new BadInputException("what was handed over is no envelope");
        }

        return new ArweaveProof
        {
            Item = DataItem.Create(
                wallet,
                ItemTags.Direct(envelope, options.AppVersion, options.ExtraTags),
                submission.Content,
                random.NextItemAnchor()
            ),
        };
    }

    private async Task<ArweaveProof> MakeBatchedAsync(
        AnchorSubmission submission,
        ArweaveWallet wallet,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var checkpoint = CheckpointBatch.ReadCheckpoint(submission.Content);
        if (checkpoint.Origin != submission.Origin || checkpoint.Size != submission.TreeSize)
        {
            throw new BadInputException("the signed checkpoint is of another log or size than it was handed over as");
        }

        var last = await receipts.FindLatestAsync(Name, cancellationToken).ConfigureAwait(false);
        var batch = CheckpointBatch.Create(submission.Content, checkpoint, last, options, signer, random.EventIds.Next(), now);
        var tags = ItemTags.Batched(batch.Envelope.View, options.Scope, options.HasContentHash ? submission.Digest.Hex : null);
        return new ArweaveProof
        {
            Item = DataItem.Create(wallet, tags, batch.Envelope.Bytes, random.NextItemAnchor()),
            Record = batch.Record,
        };
    }

    // Twice, with a pause: just after an upload the service may not know the item yet.
    private async Task<bool> IsTakenAsync(string id, CancellationToken cancellationToken)
    {
        var status = await turbo.FindStatusAsync(id, cancellationToken).ConfigureAwait(false);
        if (status is null)
        {
            await Task.Delay(options.StatusDelay, time, cancellationToken).ConfigureAwait(false);
            status = await turbo.FindStatusAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return status is not (null or { State: TurboItemState.Failed });
    }

    // A second opinion that is missing delays no upload.
    private async Task<string> DescribeVerifyAsync(CancellationToken cancellationToken) =>
        verify is null ? "" : $"; ar.io Verify: {await verify.DescribeHealthAsync(cancellationToken).ConfigureAwait(false)}";

    private async Task<string?> FindBalanceAsync(ArweaveWallet wallet, CancellationToken cancellationToken)
    {
        try
        {
            var credits = await payments.ReadBalanceAsync(wallet, cancellationToken).ConfigureAwait(false);
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{credits} winston credits");
        }
        catch (AnchorUnavailableException)
        {
            // Uploads do not need the payment service to answer.
            return null;
        }
    }

    private ArweaveProof ReadProof(AnchorReceipt receipt) =>
        receipt.World != World || receipt.Network != options.Network
            ? throw new BadInputException(
                $"the receipt of anchor \"{receipt.Anchor}\" is of {receipt.World}/{receipt.Network}, not of {World}/{options.Network}"
            )
        : ArweaveProof.TryRead(receipt, out var proof, out var fault) ? proof
        : throw new BadInputException($"the receipt of anchor \"{receipt.Anchor}\" is damaged: {fault}");

    private ArweaveWallet OpenWallet()
    {
        lock (_opening)
        {
            try
            {
                return _wallet ??= openWallet();
            }
            catch (BadInputException fault)
            {
                // The work waits until the wallet is put right; nothing takes its place.
                throw new AnchorUnavailableException($"anchor \"{Name}\" has no wallet: {fault.Message}", fault, [.. fault.Hints]);
            }
        }
    }
}
