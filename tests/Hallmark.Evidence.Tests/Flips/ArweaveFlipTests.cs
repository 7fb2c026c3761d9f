using System.Globalization;
using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Tests.ArioVerify;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary>Each bit of Arweave receipts with all that can be in them, of items of each kind of signature, and of what an operator attests.</summary>
public sealed class ArweaveFlipTests : IAsyncLifetime
{
    // Who mined it and where is a gateway's word, kept for whoever asks that gateway again; of a Turbo receipt only four members are signed.
    private const string Unsigned = AnchorFlips.OwnersWords + @"|block\.\w+|proof\.gateway|proof\.bundle_id|proof\.turbo_receipt";

    private static readonly CancellationToken None = CancellationToken.None;
    private ArweaveWorld _world = null!; // ! made before each test
    private VerifyService _service = null!; // ! made before each test

    public async Task InitializeAsync()
    {
        _world = await ArweaveWorld.StartAsync();
        _service = await VerifyService.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _world.DisposeAsync();
    }

    /// <summary>Two bits of each byte; all of them in the parts that are signed: the item's and the attestation's below, the record's in <c>ArweaveReceiptVerifierTests</c>.</summary>
    [Fact]
    public async Task Every_flipped_bit_of_an_attested_receipt_fails_and_is_named()
    {
        var (receipt, content) = await AttestedAsync(AnchorTarget.Checkpoint);
        var unattested = receipt.Proof.DeepClone().AsObject();
        unattested.Remove("attestations");
        var verifier = _world.Verifier(ArweaveWorld.Trust with { OperatorAddresses = [_service.Operator] });

        var (failed, neutral) = await AnchorFlips.AssertEachFailsAsync(
            receipt,
            verifier,
            content,
            Unsigned,
            alsoTrue: receipt with
            {
                Proof = unattested,
            },
            bitsPerByte: 2
        );

        Assert.True(failed > neutral * 4, $"{failed} failed, {neutral} neutral");
    }

    /// <summary>Of each of the seven kinds of signature the smallest item of the vectors, which others' software made; one of them is signed by several.</summary>
    [Fact]
    public void Every_flipped_bit_of_an_item_of_any_kind_of_signature_is_refused_for_a_reason()
    {
        var rules = new DataItemRules { AllowMultiSignature = true };
        var kinds = new HashSet<SignatureType>();
        foreach (var vector in Ans104Vectors.Items.OrderBy(item => item.Base64("itemBase64").Length))
        {
            var (bytes, id) = (vector.Base64("itemBase64"), vector.Text("id"));
            if (!kinds.Add(DataItem.Parse(bytes, rules).SignatureType))
            {
                continue;
            }

            Assert.True(DataItem.Parse(bytes, rules).Verify(id).IsVerified);
            Parallel.For(
                0,
                bytes.Length * 8,
                bit =>
                {
                    var flipped = (byte[])bytes.Clone();
                    flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                    var reason = DataItem.TryParse(flipped, out var item, out var refusal, rules)
                        ? item.Verify(id).Refusal?.Reason
                        : refusal.Reason;
                    Assert.False(string.IsNullOrEmpty(reason), $"{vector.Text("name")}, bit {bit}");
                }
            );
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], kinds.Select(kind => (int)kind).Order());
    }

    [Fact]
    public async Task Every_flipped_bit_of_an_operators_attestation_leaves_it_unbelieved()
    {
        var (receipt, _) = await AttestedAsync(AnchorTarget.Envelope);
        var record = CanonicalJson.Canonicalize(receipt.Proof["attestations"]![0]);
        var item = ArweaveWorld.Proof(receipt).Item;
        var hash = Digest.Compute(DigestAlgorithm.Sha256, item.Data.Span);
        Assert.True(IsBelieved(record));
        Parallel.For(
            0,
            record.Length * 8,
            bit =>
            {
                var flipped = (byte[])record.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(IsBelieved(flipped), $"bit {bit % 8} of byte {bit / 8}, in {JsonPlace.Find(record, bit / 8)}");
            }
        );

        bool IsBelieved(byte[] bytes) =>
            StrictJson.TryParse(bytes, out var node, out _)
            && OperatorAttestation.TryRead(node, out var attestation, out _)
            && attestation.Verify(item.Id, hash, [_service.Operator]).IsBelieved;
    }

    private async Task<(AnchorReceipt Receipt, ReadOnlyMemory<byte> Content)> AttestedAsync(AnchorTarget target)
    {
        var options = new ArioVerifyOptions
        {
            Address = new Uri(_service.Server.Address + "/verify"),
            TrustedOperators = [_service.Operator],
            Retries = 0,
        };
        var anchor = _world.Anchor(target, verify: options);
        var submission = target is AnchorTarget.Envelope ? ArweaveWorld.Direct() : ArweaveWorld.Checkpoint(7);
        var receipt = await _world.SubmitAsync(anchor, submission);
        var item = ArweaveWorld.Proof(receipt).Item;
        var time = _world.Clock.GetUtcNow().AddMinutes(30);
        var height = _world.Gateway.Height - 19;
        _world.Gateway.Hold(item);
        _world.Gateway.Mine(item.Id, height, time);
        (_service.Subject, _service.Content, _service.Block) = (item.Id, item.Data, height);
        _service.BlockTime = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'.000Z'", CultureInfo.InvariantCulture);
        return (await anchor.RefreshAsync(receipt, None), submission.Content);
    }
}
