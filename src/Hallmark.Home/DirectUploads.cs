using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Json;
using Hallmark.Home.Settings;
using Hallmark.Home.Worlds;
using Hallmark.Mlflow.Events;

namespace Hallmark.Home;

/// <summary>The uploads of the first Arweave anchor that takes each envelope by itself: what <c>ario.mlflow/v1</c> tools look for in MLflow.</summary>
/// <param name="settings">That anchor.</param>
/// <param name="tools">What it is made with.</param>
/// <param name="receipts">What it gave back.</param>
internal sealed class DirectUploads(ArweaveSettings settings, WorldTools tools, IReceiptReader receipts) : IUploadReader
{
    /// <summary>The anchor's name.</summary>
    public string Anchor => settings.Name;

    /// <summary>The uploads of a home; null where no anchor makes any.</summary>
    public static DirectUploads? Of(HallmarkSettings settings, WorldTools tools) =>
        settings.Anchors.OfType<ArweaveSettings>().FirstOrDefault(anchor => anchor.Target is AnchorTarget.Envelope) is { } direct
            ? new DirectUploads(direct, tools, tools.Receipts)
            : null;

    /// <inheritdoc />
    public (UploadResult Upload, WalletDescription? Wallet)? Find(AnchorReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (receipt.Anchor != Anchor || !ArweaveProof.TryRead(receipt, out var proof, out _))
        {
            return null;
        }

        var host = tools.Variable(GatewayList.HostVariable) ?? GatewayList.DefaultHost;
        var promise = proof.TurboReceipt is { } turbo ? StrictJson.Parse(turbo.Bytes.Span) as JsonObject : null;
        return (
            new UploadResult(proof.Item.Id, $"https://{host}/{proof.Item.Id}", promise),
            new WalletDescription(ArweaveWorld.WalletOf(settings, tools).Mode, ChainOf(proof.Item.SignatureType))
        );
    }

    /// <summary>The id of an envelope's item, also where it is only prepared: the same bytes will be sent. Null where there is none, or the bundler refused it.</summary>
    public async Task<string?> FindTransactionAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken)
    {
        var digest = Digest.Compute(DigestAlgorithm.Sha256, envelope.Span);
        var receipt = await receipts.FindAsync(digest, Anchor, cancellationToken).ConfigureAwait(false);
        return receipt is { State: not ReceiptState.Rejected } ? receipt.Reference : null;
    }

    private static string? ChainOf(SignatureType type) =>
        type switch
        {
            SignatureType.Arweave => "arweave",
            SignatureType.Ed25519 or SignatureType.Solana => "solana",
            SignatureType.Ethereum or SignatureType.TypedEthereum => "ethereum",
            _ => null,
        };
}
