using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Against <c>arlocal</c>, which takes the bundles, and arweave-js, which signs the transaction around them.</summary>
public sealed class ArlocalTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PeerFact(ArlocalNode.Program, ArlocalNode.Addon, "node")]
    public async Task What_the_anchor_made_is_mined_found_by_its_tags_fetched_back_and_followed_to_its_end()
    {
        await using var node = await ArlocalNode.StartAsync();
        await using var world = await ArweaveWorld.StartAsync();
        world.GatewayNames = [node.Address];
        var checkpoint = ArweaveWorld.Checkpoint(7);
        var direct = await world.SubmitAsync(world.Anchor(), ArweaveWorld.Direct());
        var batched = await world.SubmitAsync(world.Anchor(AnchorTarget.Checkpoint), checkpoint);
        var waiting = await world.Verifier().VerifyLiveAsync(direct, ArweaveWorld.Envelope(), None);
        Assert.False(waiting.Holds || waiting.IsRefuted);

        // What the bundler was sent, as a bundler would put it on chain.
        await node.MineBundleAsync([.. world.Bundler.Items.Values.Select(bytes => DataItem.Parse(bytes))]);
        Assert.Equal([direct.Reference!], await node.FindByTagAsync("Event-Id", "00000001-0000-4000-8000-000000000000"));
        Assert.Equal([batched.Reference!], await node.FindByTagAsync("App-Version", "ario.events/v1"));

        direct = await world.Anchor().RefreshAsync(direct, None);
        batched = await world.Anchor(AnchorTarget.Checkpoint).RefreshAsync(batched, None);
        Assert.Equal((ReceiptState.Confirmed, ReceiptState.Confirmed), (direct.State, batched.State));
        foreach (var (receipt, content) in new[] { (direct, ArweaveWorld.Envelope()), (batched, checkpoint.Content) })
        {
            var witness = await world.Verifier().VerifyLiveAsync(receipt, content, None);
            Assert.True(witness.Holds, string.Join("; ", witness.Checks.Select(check => $"{check.Name}: {check.Outcome} {check.Detail}")));
            Assert.Equal((ReceiptState.Confirmed, receipt.Block!.Time), (witness.State, witness.ExistedBefore));
        }

        await node.MineAsync(17);
        direct = await world.Anchor().RefreshAsync(direct, None);
        Assert.Equal((ReceiptState.Final, 18L), (direct.State, direct.Block!.Depth!.Value));
    }

    [PeerFact(ArlocalNode.Program, ArlocalNode.Addon, "node")]
    public async Task Items_of_each_wallet_that_the_node_takes_come_back_whole_and_verify()
    {
        await using var node = await ArlocalNode.StartAsync();
        await using var world = await ArweaveWorld.StartAsync();
        world.GatewayNames = [node.Address];

        // It crashes on the other kinds of signature, and its index holds no items' anchors.
        var items = new[] { SignatureType.Arweave, SignatureType.Ed25519, SignatureType.Ethereum, SignatureType.Solana }
            .Select(type =>
            {
                using var wallet = TestWallets.Of(type);
                return Item(wallet, ArweaveWorld.Envelope((int)type).ToArray());
            })
            .ToArray();
        using var solana = TestWallets.Of(SignatureType.Solana);
        var empty = Item(solana, []);
        await node.MineBundleAsync([.. items, empty]);
        foreach (var item in items.Append(empty))
        {
            var answer = await world.Gateways.FindItemAsync(item.Id, None);
            Assert.True(answer.Value is not null, answer.Describe());
            Assert.Equal(item.Bytes.ToArray(), answer.Value.Bytes.ToArray());
            var hash = Digest.Compute(DigestAlgorithm.Sha256, item.Data.Span);
            Assert.Equal(item.Data.ToArray(), (await world.Gateways.FindDataAsync(item.Id, hash, None)).Value);
        }

        var envelope = await new ArweaveEnvelopes(world.Gateways).FindAsync(items[0].Id, None);
        Assert.Equal("model_registered", envelope!["event_type"]!.GetValue<string>());
        Assert.False((await world.Gateways.FindItemAsync(TestItems.OtherId, None)).IsOutOfReach);
    }

    private static DataItem Item(ArweaveWallet wallet, byte[] data) =>
        DataItem.Create(wallet, [new DataItemTag("Content-Type", "application/json"), new DataItemTag("App-Name", "hallmark-test")], data);
}
