using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;
using Hallmark.Inference.Predictions;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>A ledger with predictions in it, a world that sees its checkpoints, and a reader who trusts its key and that world.</summary>
internal sealed class ReceiptScene : IAsyncDisposable
{
    private readonly PredictionHome _home;
    private readonly EventLedger _ledger;

    private ReceiptScene(PredictionHome home, EventLedger ledger) => (_home, _ledger) = (home, ledger);

    public LedgerReader Ledger => _ledger.Reader;

    public static BundleTrust Trust { get; } =
        new()
        {
            Judge = (hex, _) =>
                new SignerOpinion(hex == PredictionHome.Key.PublicKey.Hex ? SignerStanding.Trusted : SignerStanding.Refused, "scoring"),
            Receipts = new ReceiptVerifiers([new Notary()]),
        };

    public static async Task<ReceiptScene> CreateAsync()
    {
        var home = PredictionHome.Create();
        return new ReceiptScene(home, await home.OpenAsync());
    }

    public string File(string name) => _home.File(name);

    /// <summary>Records a prediction, and publishes a checkpoint over it.</summary>
    public async Task<string> PredictAsync(PredictionMode mode, bool publishes = true)
    {
        await using var log = PredictionHome.Log(_ledger, mode);
        var entry = await PredictionHome.Record(log, new RecordOptions { MlflowTraceId = "tr-1" }, registration: "tx").Logged;
        if (publishes)
        {
            await _ledger.PublishAsync(CancellationToken.None);
        }

        return entry.EventId;
    }

    /// <summary>Hands the ledger over to another key.</summary>
    public Task HandOverAsync(ISigner successor) => _ledger.HandOverKeyAsync(successor, new RandomEventIds(), CancellationToken.None);

    /// <summary>The newest checkpoint is at the notary's, so far.</summary>
    public Task AnchorLatestAsync(ReceiptState state) =>
        _ledger.Receipts.PutAsync(TestReceipt.Of(_ledger.LatestCheckpoint!, "notary", state), CancellationToken.None);

    public async Task<byte[]> GetAsync(string decisionId, bool withRecord) =>
        PredictionReceiptJson.Write(
            (await new PredictionReceiptComposer(Ledger).FindAsync(decisionId, withRecord, CancellationToken.None))!
        );

    public static Task<VerifiedPrediction> VerifyAsync(ReadOnlyMemory<byte> receipt, BundleTrust? trust = null) =>
        new PredictionReceiptVerifier(trust ?? Trust).VerifyAsync(receipt, CancellationToken.None);

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>A world whose proof is the digest itself.</summary>
    private sealed class Notary : IReceiptVerifier
    {
        public string World => "notary";

        public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
        {
            var digest = Digest.Compute(DigestAlgorithm.Sha256, content.Span);
            var holds = receipt.Network == "tests" && digest.Equals(receipt.Digest) && (string?)receipt.Proof["seen"] == digest.Hex;
            return new Witness
            {
                Anchor = receipt.Anchor,
                World = receipt.World,
                Network = receipt.Network,
                Target = receipt.Target,
                State = receipt.State,
                IsOutside = true,
                Checks =
                [
                    new Check
                    {
                        Name = "seen",
                        Outcome = holds ? CheckOutcome.Passed : CheckOutcome.Failed,
                        Detail = holds ? "as it should be" : "not as it should be",
                    },
                ],
                Trust = "the notary",
            };
        }

        public Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            Task.FromResult(Verify(receipt, content));
    }
}
