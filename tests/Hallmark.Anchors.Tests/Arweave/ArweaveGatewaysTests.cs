using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Http;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed partial class ArweaveGatewaysTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset BlockTime = new(2026, 11, 21, 8, 14, 0, TimeSpan.Zero);
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());

    public void Dispose() => _client.Dispose();

    public static TheoryData<SignatureType> Types => [.. TestWallets.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task An_item_is_put_together_again_from_its_parts_and_believed_because_it_verifies(SignatureType type)
    {
        var item = Item(type);
        await using var gateway = await GatewayServer.StartAsync(item);
        var answer = await Gateways(gateway.Address).FindItemAsync(item.Id, None);
        Assert.Equal(item.Bytes.ToArray(), answer.Value!.Bytes.ToArray());
        Assert.Equal(gateway.Address, answer.Gateway);
        Assert.Empty(answer.Faults);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("empty payload")]
    [InlineData("signature")]
    [InlineData("owner")]
    [InlineData("short owner")]
    [InlineData("anchor")]
    [InlineData("target")]
    [InlineData("tag value")]
    [InlineData("tag order")]
    [InlineData("one tag less")]
    [InlineData("another item under this id")]
    public async Task A_gateway_that_changes_any_part_is_named_and_the_next_one_is_asked(string part)
    {
        var item = Item(SignatureType.Ed25519);
        await using var liar = await GatewayServer.StartAsync();
        await using var honest = await GatewayServer.StartAsync(item);
        Lie(liar, item, part);
        var answer = await Gateways(liar.Address, honest.Address).FindItemAsync(item.Id, None);
        Assert.Equal(item.Bytes.ToArray(), answer.Value!.Bytes.ToArray());
        Assert.Equal(honest.Address, answer.Gateway);
        var lie = Assert.Single(answer.Lies);
        Assert.Equal(liar.Address, lie.Gateway);

        var alone = await Gateways(liar.Address).FindItemAsync(item.Id, None);
        Assert.Null(alone.Value);
        Assert.True(alone.IsOutOfReach, "a liar's word is no proof that there is no such item");
        Assert.Contains(liar.Address, alone.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("down")]
    [InlineData("HTTP 500")]
    [InlineData("HTTP 429")]
    [InlineData("garbage")]
    [InlineData("not the protocol")]
    [InlineData("redirect")]
    [InlineData("endless")]
    [InlineData("self-signed")]
    [InlineData("no host name")]
    public async Task A_gateway_that_gives_no_answer_is_named_and_the_next_one_is_asked(string fault)
    {
        var item = Item(SignatureType.Ed25519);
        await using var honest = await GatewayServer.StartAsync(item);
        using var certificate = TestCertificate.Create();
        await using var faulty = await LoopbackServer.StartAsync(
            context => Misbehave(fault, context, honest.Address),
            fault == "self-signed" ? certificate : null
        );
        var address = fault == "no host name" ? "a b" : faulty.Address;
        if (fault == "down")
        {
            await faulty.DisposeAsync();
        }

        var answer = await Gateways(address, honest.Address).FindItemAsync(item.Id, None);
        Assert.Equal(item.Id, answer.Value!.Id);
        Assert.Equal(honest.Address, answer.Gateway);
        var named = Assert.Single(answer.Faults);
        Assert.Equal((address, GatewayFaultKind.Unreachable), (named.Gateway, named.Kind));

        var alone = await Gateways(address).FindDataAsync(item.Id, Hash(item), None);
        Assert.Null(alone.Value);
        Assert.True(alone.IsOutOfReach);
    }

    [Fact]
    public async Task A_gateway_that_lets_the_time_run_out_is_named_and_the_next_one_is_asked_with_time_of_its_own()
    {
        var item = Item(SignatureType.Ed25519);
        var clock = new TestClock();
        await using var honest = await GatewayServer.StartAsync(item);
        await using var slow = await LoopbackServer.StartAsync(context =>
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var limits = new GatewayLimits { Timeout = TimeSpan.FromMinutes(5) };
        var answer = await new ArweaveGateways([slow.Address, honest.Address], Http(clock), limits).FindItemAsync(item.Id, None);
        Assert.Equal(item.Id, answer.Value!.Id);
        Assert.Equal(honest.Address, answer.Gateway);
        var named = Assert.Single(answer.Faults);
        Assert.Equal((slow.Address, GatewayFaultKind.Unreachable), (named.Gateway, named.Kind));
        Assert.Contains("did not answer within 300 s", named.Reason, StringComparison.Ordinal);

        var alone = await new ArweaveGateways([slow.Address], Http(clock), limits).FindDataAsync(item.Id, Hash(item), None);
        Assert.Null(alone.Value);
        Assert.True(alone.IsOutOfReach);
    }

    [Fact]
    public async Task A_payload_larger_than_its_bound_is_not_read()
    {
        var item = Item(SignatureType.Ed25519, new byte[5_000]);
        await using var gateway = await GatewayServer.StartAsync(item);
        var limits = new GatewayLimits { MaxDataSizeInBytes = 4_999 };
        var answer = await new ArweaveGateways([gateway.Address], Http(), limits).FindItemAsync(item.Id, None);
        Assert.Null(answer.Value);
        Assert.Contains("more than the 4,999 bytes", answer.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_without_data_comes_back_as_no_content()
    {
        var item = Item(SignatureType.Ed25519, []);
        await using var gateway = await GatewayServer.StartAsync(item);
        var answer = await Gateways(gateway.Address).FindItemAsync(item.Id, None);
        Assert.Equal(item.Bytes.ToArray(), answer.Value!.Bytes.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_index_leaves_a_part_out_the_item_is_taken_from_its_bundle(bool knowsRanges)
    {
        var item = Item(SignatureType.Ed25519);
        await using var gateway = await GatewayServer.StartAsync();
        gateway.KnowsRanges = knowsRanges;
        gateway.Hold(item, WithoutAnchor);
        gateway.Bundles[TestItems.OtherId] = TestItems.Bundle(
            Item(SignatureType.Ethereum, new byte[9_000]),
            item,
            Item(SignatureType.Solana)
        );
        var answer = await Gateways(gateway.Address).FindItemAsync(item.Id, None);
        Assert.True(answer.Value is not null, answer.Describe());
        Assert.Equal(item.Bytes.ToArray(), answer.Value.Bytes.ToArray());
    }

    [Theory]
    [InlineData("no such bundle")]
    [InlineData("another item in its place")]
    [InlineData("a flipped bit in the item")]
    [InlineData("another id in the header")]
    [InlineData("more entries than there can be")]
    [InlineData("an item without end")]
    [InlineData("an item of no bytes")]
    [InlineData("a header that is cut off")]
    public async Task A_bundle_that_does_not_hold_the_item_proves_nothing(string fault)
    {
        var item = Item(SignatureType.Ed25519);
        await using var gateway = await GatewayServer.StartAsync();
        gateway.Hold(item, WithoutAnchor);
        var bundle = TestItems.Bundle(item);
        switch (fault)
        {
            case "another item in its place":
                Item(SignatureType.Ed25519, "{\"hello\":\"WORLD\"}"u8.ToArray()).Bytes.CopyTo(bundle.AsMemory(96));
                break;
            case "a flipped bit in the item":
                bundle[^1] ^= 1;
                break;
            case "another id in the header":
                bundle[70] ^= 1;
                break;
            case "more entries than there can be":
                bundle.AsSpan(0, 8).Fill(0xff);
                break;
            case "an item without end":
                bundle.AsSpan(32, 5).Fill(0xff);
                break;
            case "an item of no bytes":
                bundle.AsSpan(32, 32).Clear();
                break;
            case "a header that is cut off":
                bundle = bundle[..60];
                break;
        }

        if (fault != "no such bundle")
        {
            gateway.Bundles[TestItems.OtherId] = bundle;
        }

        var answer = await Gateways(gateway.Address).FindItemAsync(item.Id, None);
        Assert.Null(answer.Value);
        Assert.Equal(gateway.Address, Assert.Single(answer.Faults).Gateway);
    }

    [Fact]
    public async Task Data_are_believed_by_the_hash_that_the_caller_knows_and_not_otherwise()
    {
        var item = Item(SignatureType.Ed25519);
        await using var liar = await GatewayServer.StartAsync();
        liar.Hold(item, data: "something else"u8.ToArray());
        await using var honest = await GatewayServer.StartAsync(item);
        var answer = await Gateways(liar.Address, honest.Address).FindDataAsync(item.Id, Hash(item), None);
        Assert.Equal(item.Data.ToArray(), answer.Value);
        Assert.Equal(liar.Address, Assert.Single(answer.Lies).Gateway);
    }

    [Fact]
    public async Task An_item_that_no_gateway_knows_is_not_out_of_reach_and_one_that_nobody_was_asked_for_is()
    {
        var item = Item(SignatureType.Ed25519);
        await using var gateway = await GatewayServer.StartAsync();
        var unknown = await Gateways(gateway.Address).FindItemAsync(item.Id, None);
        Assert.Null(unknown.Value);
        Assert.False(unknown.IsOutOfReach);
        var nobody = await Gateways().FindItemAsync(item.Id, None);
        Assert.True(nobody.IsOutOfReach);
        Assert.Equal("no gateways are configured", nobody.Describe());
    }

    [Theory]
    [InlineData("")]
    [InlineData("GENESIS")]
    [InlineData("../../../../../../../../../etc/passwd______")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    public async Task What_is_no_id_never_reaches_a_gateway(string id)
    {
        await using var gateway = await GatewayServer.StartAsync();
        Assert.Null((await Gateways(gateway.Address).FindItemAsync(id, None)).Value);
        Assert.Null(await new ArweaveEnvelopes(Gateways(gateway.Address)).FindAsync(id, None));
        Assert.Empty(gateway.Asked);
    }

    [Fact]
    public async Task The_block_that_an_item_lies_in_is_told_with_its_depth()
    {
        var item = Item(SignatureType.Ed25519);
        await using var gateway = await GatewayServer.StartAsync(item);
        gateway.Mine(item.Id, gateway.Height - 4, BlockTime);
        var answer = await Gateways(gateway.Address).FindPlaceAsync(item, None);
        Assert.Equal((gateway.Height - 4, BlockTime, 5L), (answer.Value!.Block!.Height, answer.Value.Block.Time, answer.Value.Block.Depth));
        Assert.Equal(TestItems.OtherId, answer.Value.BundledIn);
    }

    [Fact]
    public async Task A_gateway_that_knows_no_block_yet_counts_where_no_other_one_knows_it()
    {
        var item = Item(SignatureType.Ed25519);
        await using var behind = await GatewayServer.StartAsync(item);
        await using var ahead = await GatewayServer.StartAsync(item);
        var waiting = await Gateways(behind.Address, ahead.Address).FindPlaceAsync(item, None);
        Assert.NotNull(waiting.Value);
        Assert.Null(waiting.Value.Block);
        ahead.Mine(item.Id, ahead.Height, BlockTime);
        var mined = await Gateways(behind.Address, ahead.Address).FindPlaceAsync(item, None);
        Assert.Equal((1L, ahead.Address), (mined.Value!.Block!.Depth!.Value, mined.Gateway));
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("signature")]
    [InlineData("tag value")]
    [InlineData("a block above the chain")]
    [InlineData("a block without time")]
    [InlineData("a block at the end of time")]
    public async Task A_gateways_place_for_another_item_or_an_impossible_one_is_not_believed(string part)
    {
        var item = Item(SignatureType.Ed25519);
        await using var liar = await GatewayServer.StartAsync();
        Lie(liar, item, part);
        if (part is "owner" or "signature" or "tag value")
        {
            liar.Mine(item.Id, 10, BlockTime);
        }

        var answer = await Gateways(liar.Address).FindPlaceAsync(item, None);
        Assert.Null(answer.Value);
        Assert.NotEqual(GatewayFaultKind.NotFound, Assert.Single(answer.Faults).Kind);
    }

    [Fact]
    public async Task An_envelope_is_found_by_its_transaction_only_where_the_item_proves_it()
    {
        var item = Item(SignatureType.Ed25519, "{\"event_id\":\"1\"}"u8.ToArray());
        await using var liar = await GatewayServer.StartAsync();
        liar.Hold(item, data: "{\"event_id\":\"2\"}"u8.ToArray());
        await using var honest = await GatewayServer.StartAsync(item);
        Assert.Null(await new ArweaveEnvelopes(Gateways(liar.Address)).FindAsync(item.Id, None));
        var envelope = await new ArweaveEnvelopes(Gateways(liar.Address, honest.Address)).FindAsync(item.Id, None);
        Assert.Equal("1", envelope!["event_id"]!.GetValue<string>());
    }

    private static Digest Hash(DataItem item) => Digest.Compute(DigestAlgorithm.Sha256, item.Data.Span);

    private static DataItem Item(SignatureType type, byte[]? data = null)
    {
        using var wallet = TestWallets.Of(type);
        return DataItem.Create(
            wallet,
            [new DataItemTag("Content-Type", "application/json"), new DataItemTag("Größe", "½")],
            data ?? "{\"hello\":\"world\"}"u8.ToArray(),
            anchor: "anchor-0123456789-abcdefghijklmn"u8.ToArray(),
            target: new byte[32]
        );
    }

    private AnchorHttp Http(TimeProvider? time = null) => new(_client, allowPlainHttp: false, time ?? TimeProvider.System);

    private ArweaveGateways Gateways(params string[] names) => new(names, Http(), new GatewayLimits { Timeout = TimeSpan.FromMinutes(2) });
}
