using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>How large an item may be, and whose word is final.</summary>
public sealed partial class ArweaveAnchorTests
{
    [Fact]
    public async Task A_receipt_that_is_final_by_the_bundlers_word_alone_says_so_and_a_verdict_goes_by_the_gateways_depth()
    {
        var anchor = _world.Anchor();
        var submission = ArweaveWorld.Direct();
        var receipt = await _world.SubmitAsync(anchor, submission);
        var item = ArweaveWorld.Proof(receipt).Item;
        _world.Gateway.Hold(item);
        _world.Gateway.Mine(item.Id, _world.Gateway.Height, _world.Clock.GetUtcNow());
        _world.Bundler.Status = new JsonObject { ["status"] = "FINALIZED" };
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal((ReceiptState.Final, 1L), (receipt.State, receipt.Block!.Depth!.Value));
        Assert.Contains("final by the word of the bundler", receipt.Remark, StringComparison.Ordinal);
        var witness = await _world.Verifier().VerifyLiveAsync(receipt, submission.Content, None);
        Assert.Equal(ReceiptState.Confirmed, witness.State);
        Assert.Contains("does not check Arweave's blocks itself", witness.Trust, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_envelope_of_a_ledger_with_all_tags_goes_in_one_request_far_below_the_size_of_an_upload_in_parts()
    {
        const int chunk = 5 << 20;
        var anchor = _world.Anchor(openWallet: () => TestWallets.Of(SignatureType.Arweave));
        var largest = AnchorSubmission.OfEnvelope(EnvelopeOf(65_535));
        var receipt = await _world.SubmitAsync(anchor, largest);
        var size = ArweaveWorld.Proof(receipt).Item.Bytes.Length;
        Assert.InRange(size, 65_535, 80_000);
        Assert.True(ArweaveProof.MaxItemSizeInBytes < 2 * chunk, "an upload in parts is needed");
        Assert.Equal("POST", Assert.Single(_world.Bundler.Asked).Method);
    }

    [Fact]
    public async Task An_item_above_a_mebibyte_is_refused_before_it_is_kept_or_sent()
    {
        var refusal = await Assert.ThrowsAsync<BadInputException>(() =>
            _world.Anchor().PrepareAsync(AnchorSubmission.OfEnvelope(EnvelopeOf(ArweaveProof.MaxItemSizeInBytes)), None)
        );
        Assert.Contains("at most 1048576 are sent", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_world.Bundler.Asked);
    }

    private static ReadOnlyMemory<byte> EnvelopeOf(int size)
    {
        var envelope = ArweaveWorld.Json(ArweaveWorld.Envelope());
        var subject = envelope["subject"]!.AsObject();
        subject["name"] = "";
        subject["name"] = new string('m', size - CanonicalJson.Canonicalize(envelope).Length);
        return CanonicalJson.Canonicalize(envelope);
    }
}
