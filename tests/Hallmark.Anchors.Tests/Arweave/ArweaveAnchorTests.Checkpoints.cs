using System.Security.Cryptography;
using Hallmark.Anchors.Arweave;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Signatures;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Checkpoints on their way to Arweave.</summary>
public sealed partial class ArweaveAnchorTests
{
    [Fact]
    public async Task A_checkpoint_goes_as_a_signed_checkpoint_of_the_family_that_binds_the_note()
    {
        var submission = ArweaveWorld.Checkpoint(7);
        var receipt = await _world.SubmitAsync(_world.Anchor(AnchorTarget.Checkpoint), submission);
        var proof = ArweaveWorld.Proof(receipt);
        Assert.Equal((ReceiptState.Submitted, 7L), (receipt.State, receipt.TreeSize!.Value));
        Assert.Equal(
            [
                new("Content-Type", "application/json"),
                new("App-Name", "ario-anchor"),
                new("App-Version", "ario.events/v1"),
                new("Environment", "production"),
            ],
            proof.Item.Tags
        );
        var verification = EnvelopeVerifier.Verify(proof.Envelope.Span, proof.Record);
        Assert.True(verification is { IsOk: true, PayloadHashOk: true });
        Assert.Equal(
            ["environment", "event_id", "payload_hash", "public_key", "signature", "signed_at", "spec_version"],
            ArweaveWorld.Json(proof.Envelope).Select(member => member.Key).Order(StringComparer.Ordinal)
        );
        var record = ArweaveWorld.Json(proof.Record!.Value);
        Assert.Equal("checkpoint", record["event_type"]!.GetValue<string>());
        Assert.Equal("GENESIS", record["previous_hash"]!.GetValue<string>());
        Assert.Equal(7, record["event"]!["leaf_count"]!.GetValue<long>());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(7L))),
            record["event"]!["merkle_root"]!.GetValue<string>()
        );
        Assert.Equal(submission.Digest.Hex, record["metadata"]!["note_sha256"]!.GetValue<string>());
        Assert.Equal(ArweaveWorld.Origin, record["metadata"]!["origin"]!.GetValue<string>());
    }

    [Fact]
    public async Task Successive_checkpoints_of_an_anchor_are_one_chain_and_their_windows_meet()
    {
        var anchor = _world.Anchor(AnchorTarget.Checkpoint);
        var first = ArweaveWorld.Proof(await _world.SubmitAsync(anchor, ArweaveWorld.Checkpoint(7)));
        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        var second = ArweaveWorld.Json(ArweaveWorld.Proof(await _world.SubmitAsync(anchor, ArweaveWorld.Checkpoint(9))).Record!.Value);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(first.Record!.Value.Span)), second["previous_hash"]!.GetValue<string>());
        var window = second["event"]!["window"]!;
        Assert.Equal("2026-11-21T12:00:00.000Z", window["start"]!.GetValue<string>());
        Assert.Equal("2026-11-21T12:10:00.000Z", window["end"]!.GetValue<string>());
    }

    [Fact]
    public async Task Another_key_and_another_anchor_begin_chains_of_their_own_and_a_refused_checkpoint_is_stepped_over()
    {
        var first = await _world.SubmitAsync(_world.Anchor(AnchorTarget.Checkpoint), ArweaveWorld.Checkpoint(7));
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        using var otherKey = Ed25519PrivateKey.FromSeed(new byte[32]);
        Assert.Equal("GENESIS", await PreviousAsync(_world.Anchor(AnchorTarget.Checkpoint, signer: otherKey), 8));
        Assert.Equal("GENESIS", await PreviousAsync(_world.Anchor(AnchorTarget.Checkpoint, name: "other"), 8));

        var second = await _world.SubmitAsync(_world.Anchor(AnchorTarget.Checkpoint), ArweaveWorld.Checkpoint(9));
        await _world.Receipts.PutAsync(second with { State = ReceiptState.Rejected }, None);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(ArweaveWorld.Proof(first).Record!.Value.Span)),
            await PreviousAsync(_world.Anchor(AnchorTarget.Checkpoint), 11)
        );

        async Task<string> PreviousAsync(ArweaveAnchor anchor, long size)
        {
            var proof = ArweaveWorld.Proof(await anchor.PrepareAsync(ArweaveWorld.Checkpoint(size), None));
            return ArweaveWorld.Json(proof.Record!.Value)["previous_hash"]!.GetValue<string>();
        }
    }
}
