using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Anchors.Http;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>A bundler, a gateway, a wallet and a signer for one Arweave anchor, and what it is handed.</summary>
internal sealed class ArweaveWorld : IAsyncDisposable
{
    public const string Origin = "ledger.example/tests";
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private readonly List<ArweaveAnchor> _anchors = [];

    private ArweaveWorld(TurboServer bundler, GatewayServer gateway, SettableClock clock)
    {
        Bundler = bundler;
        Gateway = gateway;
        Clock = clock;
        GatewayNames = [gateway.Address];
    }

    public static Ed25519PrivateKey Signer { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public TurboServer Bundler { get; }

    public GatewayServer Gateway { get; }

    public SettableClock Clock { get; }

    public MemoryReceipts Receipts { get; } = new();

    public AnchorHttp Http => new(_client, allowPlainHttp: false, Clock);

    /// <summary>Who is asked: <see cref="Gateway"/> alone unless set.</summary>
    public IReadOnlyList<string> GatewayNames { get; set; }

    public ArweaveGateways Gateways => new(GatewayNames, Http);

    public static ArweaveTrust Trust =>
        new() { BundlerAddresses = [TurboServer.BundlerAddress], WalletAddresses = [TestWallets.Of(SignatureType.Solana).Address] };

    public static async Task<ArweaveWorld> StartAsync()
    {
        var clock = new SettableClock();
        return new ArweaveWorld(await TurboServer.StartAsync(clock), await GatewayServer.StartAsync(), clock);
    }

    /// <summary>A signed envelope of <c>ario.mlflow/v1</c>.</summary>
    public static ReadOnlyMemory<byte> Envelope(int number = 1) =>
        EnvelopeSealer
            .Seal(
                EnvelopeDrafts.Mlflow(
                    string.Create(CultureInfo.InvariantCulture, $"{number:x8}-0000-4000-8000-000000000000"),
                    "model_registered",
                    new JsonObject
                    {
                        ["type"] = "mlflow_model_version",
                        ["name"] = "credit",
                        ["version"] = "3",
                    },
                    Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number))),
                    EnvelopeDrafts.Genesis,
                    new DateTimeOffset(2026, 11, 21, 11, 59, 0, TimeSpan.Zero)
                ),
                Signer
            )
            .Bytes;

    /// <summary>A signed checkpoint of so many entries.</summary>
    public static AnchorSubmission Checkpoint(long size, string origin = Origin)
    {
        var text = new Checkpoint(origin, size, new TreeHash(SHA256.HashData(BitConverter.GetBytes(size)))).ToText();
        var note = SignedNote.Create(text, new NoteSigner(origin, Signer).Sign(text));
        return AnchorSubmission.OfCheckpoint(origin, size, note.Bytes);
    }

    public static AnchorSubmission Direct(int number = 1) => AnchorSubmission.OfEnvelope(Envelope(number));

    public TurboClient Turbo(params string[] pins) =>
        new(
            Http,
            new TurboOptions { UploadService = Bundler.Address, BundlerAddresses = pins.Length > 0 ? pins : [TurboServer.BundlerAddress] },
            Clock
        );

    /// <summary>The anchor, as a process that has just started has it.</summary>
    public ArweaveAnchor Anchor(
        AnchorTarget target = AnchorTarget.Envelope,
        string name = "arweave",
        Func<ArweaveWallet>? openWallet = null,
        ISigner? signer = null,
        int finalDepth = 18,
        ArioVerifyOptions? verify = null
    )
    {
        var anchor = new ArweaveAnchor(
            new ArweaveAnchorOptions
            {
                Name = name,
                Target = target,
                AppVersion = "0.1.0",
                StatusDelay = TimeSpan.Zero,
                FinalDepth = finalDepth,
            },
            openWallet ?? (() => TestWallets.Of(SignatureType.Solana)),
            signer ?? Signer,
            Receipts,
            Turbo(),
            new TurboPayments(Http, new TurboOptions { PaymentService = Bundler.Address }),
            Gateways,
            new ArweaveRandomness(new RandomEventIds()),
            Clock,
            verify is null ? null : new AttestationRequest(new ArioVerifyClient(Http, verify, Clock), verify, Clock)
        );
        _anchors.Add(anchor);
        return anchor;
    }

    public ArweaveReceiptVerifier Verifier(ArweaveTrust? trust = null) => new(trust ?? Trust, Gateways, Clock);

    /// <summary>Prepared, kept, sent, kept: as the work handler does it.</summary>
    public async Task<AnchorReceipt> SubmitAsync(ArweaveAnchor anchor, AnchorSubmission submission)
    {
        var receipt = await anchor.PrepareAsync(submission, CancellationToken.None);
        await Receipts.PutAsync(receipt, CancellationToken.None);
        receipt = await anchor.SubmitAsync(receipt, CancellationToken.None);
        await Receipts.PutAsync(receipt, CancellationToken.None);
        return receipt;
    }

    /// <summary>The proof's own members.</summary>
    public static ArweaveProof Proof(AnchorReceipt receipt) =>
        ArweaveProof.TryRead(receipt, out var proof, out var fault) ? proof : throw new InvalidOperationException(fault);

    public static JsonObject Json(ReadOnlyMemory<byte> utf8) => JsonNode.Parse(Encoding.UTF8.GetString(utf8.Span))!.AsObject();

    public async ValueTask DisposeAsync()
    {
        _anchors.ForEach(anchor => anchor.Dispose());
        await Bundler.DisposeAsync();
        await Gateway.DisposeAsync();
        _client.Dispose();
    }
}
