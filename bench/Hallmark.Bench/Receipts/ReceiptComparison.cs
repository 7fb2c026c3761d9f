using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Anchors;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Bench.Receipts;

/// <summary>
/// Receipts of Arweave in both modes: made (item signed, receipt written), verified from their bytes with a bundler's signed promise, and how large items and receipts are; those of
/// OpenTimestamps and of a time-stamp authority. No network: whoever would answer does so here, and promises are signed with a key of this run, which is not part of what is
/// measured. In processor time, so that whatever else the machine does does not count.
/// </summary>
public sealed class ReceiptComparison : IComparison
{
    private const int Count = 2_000;
    private const int Promises = 100;
    private const int Tokens = 100;
    private const string Origin = "ledger.example/bench";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public string Name => "receipts";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var key = Ed25519PrivateKey.FromSeed(SHA256.HashData("bench"u8));
        using var bundler = RSA.Create(4096);
        Measure(output, "direct", AnchorTarget.Envelope, [.. Enumerable.Range(0, Count).Select(i => Envelope(i, key))], key, bundler);
        List<AnchorSubmission> checkpoints = [.. Enumerable.Range(1, Count).Select(i => Checkpoint(i, key))];
        Measure(output, "batched", AnchorTarget.Checkpoint, checkpoints, key, bundler);
        OpenTimestampsReceipts.Measure(output, checkpoints);
        TimeStampReceipts.Measure(output, checkpoints[..Tokens]);
    }

    private static void Measure(
        TextWriter output,
        string mode,
        AnchorTarget target,
        List<AnchorSubmission> submissions,
        Ed25519PrivateKey key,
        RSA bundler
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var anchor = new ArweaveAnchor(
            new ArweaveAnchorOptions
            {
                Name = "arweave",
                Target = target,
                AppVersion = "0.1.0",
            },
            () => Ed25519Wallet.FromSeed(SHA256.HashData("wallet"u8)),
            key,
            NoReceipts.Instance,
            new TurboClient(new(http, allowPlainHttp: false, TimeProvider.System), new TurboOptions(), TimeProvider.System),
            new TurboPayments(new(http, allowPlainHttp: false, TimeProvider.System), new TurboOptions()),
            new([], new(http, allowPlainHttp: false, TimeProvider.System)),
            new ArweaveRandomness(new RandomEventIds()),
            TimeProvider.System
        );
        List<AnchorReceipt> prepared = [];
        List<byte[]> bytes = [];
        var made = ProcessorRate.BestOf(
            Count,
            () =>
            {
                prepared = submissions.ConvertAll(one => anchor.PrepareAsync(one, CancellationToken.None).GetAwaiter().GetResult());
                bytes = prepared.ConvertAll(AnchorReceiptJson.Write);
            }
        );

        var promised = prepared.Take(Promises).Select(receipt => Promise(receipt, bundler)).Select(AnchorReceiptJson.Write).ToList();
        var trust = new ArweaveTrust { BundlerAddresses = [ArweaveId.Of(Modulus(bundler))] };
        var verifier = new ArweaveReceiptVerifier(trust, gateways: null, TimeProvider.System);
        var verified = ProcessorRate.BestOf(
            Promises,
            () =>
            {
                for (var i = 0; i < Promises; i++)
                {
                    var witness = verifier.Verify(AnchorReceiptJson.Parse(promised[i]), submissions[i].Content);
                    if (witness is not { IsRefuted: false, State: ReceiptState.Submitted })
                    {
                        throw new InvalidOperationException(
                            string.Join("; ", witness.Checks.Select(check => $"{check.Name} {check.Outcome}"))
                        );
                    }
                }
            }
        );
        var item = prepared.Average(receipt => Proof(receipt).Item.Bytes.Length);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{mode}: {made:N0} made/s, {verified:N0} verified/s (one core); item {item:N0} bytes, receipt {bytes.Average(one => one.Length):N0} bytes prepared, {promised.Average(one => one.Length):N0} with the bundler's promise"
            )
        );
    }

    private static AnchorSubmission Envelope(int number, Ed25519PrivateKey key) =>
        AnchorSubmission.OfEnvelope(
            EnvelopeSealer
                .Seal(
                    EnvelopeDrafts.Mlflow(
                        string.Create(CultureInfo.InvariantCulture, $"{number:x8}-0000-4000-8000-000000000000"),
                        "model_registered",
                        new JsonObject
                        {
                            ["type"] = "mlflow_model_version",
                            ["name"] = "credit-scorer",
                            ["version"] = "3",
                        },
                        Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number))),
                        EnvelopeDrafts.Genesis,
                        Now
                    ),
                    key
                )
                .Bytes
        );

    private static AnchorSubmission Checkpoint(long size, Ed25519PrivateKey key)
    {
        var text = new Checkpoint(Origin, size, new TreeHash(SHA256.HashData(BitConverter.GetBytes(size)))).ToText();
        return AnchorSubmission.OfCheckpoint(Origin, size, SignedNote.Create(text, new NoteSigner(Origin, key).Sign(text)).Bytes);
    }

    private static AnchorReceipt Promise(AnchorReceipt receipt, RSA bundler)
    {
        var proof = Proof(receipt);
        var promise = new JsonObject
        {
            ["id"] = proof.Item.Id,
            ["timestamp"] = receipt.PreparedAt.ToUnixTimeMilliseconds(),
            ["winc"] = "0",
            ["version"] = "0.2.0",
            ["deadlineHeight"] = 1_850_000,
            ["dataCaches"] = new JsonArray("arweave.net"),
            ["fastFinalityIndexes"] = new JsonArray("arweave.net"),
            ["public"] = Base64Url.EncodeToString(Modulus(bundler)),
            ["signature"] = Base64Url.EncodeToString(new byte[512]),
            ["owner"] = proof.Item.OwnerAddress,
        };
        var message = TurboReceipt.Parse(JsonSerializer.SerializeToUtf8Bytes(promise)).ComputeSignedMessage();
        promise["signature"] = Base64Url.EncodeToString(bundler.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        return receipt with
        {
            State = ReceiptState.Submitted,
            SubmittedAt = receipt.PreparedAt,
            Proof = (proof with { TurboReceipt = TurboReceipt.Parse(JsonSerializer.SerializeToUtf8Bytes(promise)) }).ToJson(),
        };
    }

    private static ArweaveProof Proof(AnchorReceipt receipt) =>
        ArweaveProof.TryRead(receipt, out var proof, out var fault) ? proof : throw new InvalidOperationException(fault);

    private static byte[] Modulus(RSA key) => key.ExportParameters(includePrivateParameters: false).Modulus!; // ! an RSA key has one
}
