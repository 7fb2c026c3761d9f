using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed partial class ArweaveReceiptVerifierTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private ArweaveWorld _world = null!;

    public async Task InitializeAsync() => _world = await ArweaveWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(AnchorTarget.Envelope)]
    [InlineData(AnchorTarget.Checkpoint)]
    public async Task From_its_own_bytes_a_receipt_shows_the_bundlers_promise_and_no_more(AnchorTarget target)
    {
        var (receipt, content) = await SubmitAsync(target);
        var asked = _world.Gateway.Asked.Count + _world.Bundler.Asked.Count;
        var witness = _world.Verifier().Verify(receipt, content);
        Assert.Equal(asked, _world.Gateway.Asked.Count + _world.Bundler.Asked.Count);
        Assert.False(witness.IsRefuted, Describe(witness));
        Assert.False(witness.Holds);
        Assert.Equal((ReceiptState.Submitted, true), (witness.State, witness.IsOutside));
        Assert.Equal(_world.Clock.GetUtcNow(), witness.ExistedBefore);
        Assert.Equal("the bundler's signed receipt", witness.By);
        Assert.Contains("has not proved that the item is on Arweave", witness.Trust, StringComparison.Ordinal);
        Assert.All(witness.Checks.Where(check => check.IsRequired), check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
    }

    [Theory]
    [InlineData(AnchorTarget.Envelope)]
    [InlineData(AnchorTarget.Checkpoint)]
    public async Task In_a_block_it_holds_by_the_word_of_the_gateway_that_is_named(AnchorTarget target)
    {
        var (receipt, content) = await SubmitAsync(target);
        receipt = await MineAsync(receipt, depth: 5);
        var witness = await _world.Verifier().VerifyLiveAsync(receipt, content, None);
        Assert.True(witness.Holds, Describe(witness));
        Assert.Equal((ReceiptState.Confirmed, 5L), (witness.State, witness.Depth!.Value));
        Assert.Equal(receipt.Block!.Time, witness.ExistedBefore);
        Assert.Equal($"Arweave block {receipt.Block.Height}, by the word of {_world.Gateway.Address}", witness.By);
        Assert.Contains("does not check Arweave's blocks itself", witness.Trust, StringComparison.Ordinal);

        receipt = await MineAsync(receipt, depth: 18);
        Assert.Equal(ReceiptState.Final, (await _world.Verifier().VerifyLiveAsync(receipt, content, None)).State);
    }

    [Fact]
    public async Task Offline_a_block_in_the_receipt_is_only_what_its_owner_wrote_there()
    {
        var (receipt, content) = await SubmitAsync();
        receipt = await MineAsync(receipt, depth: 18);
        Assert.Equal(ReceiptState.Final, receipt.State);
        var witness = _world.Verifier().Verify(receipt, content);
        Assert.Equal(ReceiptState.Submitted, witness.State);
        Assert.False(witness.Holds);
        var block = witness.Checks.Single(check => check.Name == "block");
        Assert.Equal((CheckOutcome.NotRun, "offline"), (block.Outcome, block.Reason));
    }

    [Fact]
    public async Task Without_a_pinned_bundler_a_promise_proves_nothing_and_refutes_nothing()
    {
        var (receipt, content) = await SubmitAsync();
        var trust = new ArweaveTrust();
        var witness = _world.Verifier(trust).Verify(receipt, content);
        Assert.False(witness.IsRefuted, Describe(witness));
        Assert.Equal((ReceiptState.Prepared, null), (witness.State, witness.ExistedBefore));
        Assert.Contains("nothing outside", witness.Trust, StringComparison.Ordinal);
        receipt = await MineAsync(receipt, depth: 2);
        Assert.True((await _world.Verifier(trust).VerifyLiveAsync(receipt, content, None)).Holds);
    }

    [Theory]
    [InlineData("network", "network")]
    [InlineData("world", "network")]
    [InlineData("digest", "digest")]
    [InlineData("content", "digest")]
    [InlineData("wallet", "owner")]
    [InlineData("bundler", "receipt_bundler")]
    [InlineData("reference", "item")]
    [InlineData("target", "record")]
    [InlineData("another item's promise", "receipt_item")]
    public async Task A_receipt_of_another_network_wallet_bundler_or_digest_is_refused_and_the_part_is_named(string what, string check)
    {
        var (receipt, content) = await SubmitAsync();
        var (other, otherContent) = await SubmitAsync(number: 2);
        var trust = ArweaveWorld.Trust;
        switch (what)
        {
            case "network":
                receipt = receipt with { Network = "testnet" };
                break;
            case "world":
                receipt = receipt with { World = "bitcoin" };
                break;
            case "digest":
                receipt = receipt with { Digest = other.Digest };
                break;
            case "content":
                content = otherContent;
                break;
            case "wallet":
                trust = trust with { WalletAddresses = [TestWallets.Of(SignatureType.Ethereum).Address] };
                break;
            case "bundler":
                trust = trust with { BundlerAddresses = [TestItems.OtherId] };
                break;
            case "reference":
                receipt = receipt with { Reference = other.Reference };
                break;
            case "target":
                receipt = receipt with { Target = AnchorTarget.Checkpoint, TreeSize = 1 };
                break;
            default:
                receipt = WithPromise(receipt, ArweaveWorld.Proof(other).TurboReceipt);
                break;
        }

        foreach (var witness in await BothAsync(trust, receipt, content))
        {
            Assert.True(witness.IsRefuted);
            Assert.False(witness.Holds);
            Assert.Contains(witness.Checks, failed => failed.Name == check && failed.Outcome is CheckOutcome.Failed);
        }
    }

    [Theory]
    [InlineData("record of another checkpoint", "record")]
    [InlineData("no record", "record")]
    [InlineData("another size in the receipt", "checkpoint")]
    [InlineData("another note of the same tree", "checkpoint")]
    [InlineData("another tree", "checkpoint")]
    [InlineData("another log", "checkpoint")]
    public async Task A_checkpoint_that_is_not_the_one_in_the_record_is_refused_and_the_part_is_named(string what, string check)
    {
        var (receipt, content) = await SubmitAsync(AnchorTarget.Checkpoint);
        var (other, _) = await SubmitAsync(AnchorTarget.Checkpoint, number: 9);
        var swapped = what switch
        {
            // The signed text is the same; a second signature makes another note of it.
            "another note of the same tree" => Concat(content, "— other.example AAAAAAAA\n"),
            "another tree" => ArweaveWorld.Checkpoint(9).Content,
            "another log" => ArweaveWorld.Checkpoint(7, "another.example/log").Content,
            _ => content,
        };
        receipt = what switch
        {
            "record of another checkpoint" => With(receipt, ArweaveWorld.Proof(receipt) with { Record = ArweaveWorld.Proof(other).Record }),
            "no record" => With(receipt, ArweaveWorld.Proof(receipt) with { Record = null }),
            "another size in the receipt" => receipt with { TreeSize = 8 },
            _ => receipt with { Digest = Digest.Compute(DigestAlgorithm.Sha256, swapped.Span) },
        };
        var witness = _world.Verifier().Verify(receipt, swapped);
        Assert.Contains(witness.Checks, failed => failed.Name == check && failed.Outcome is CheckOutcome.Failed);
    }

    [Theory]
    [InlineData("Content-Type", "text/html")]
    [InlineData("App-Name", "somebody-else")]
    [InlineData("Event-Type", "stage_transition")]
    [InlineData("Event-Id", "00000002-0000-4000-8000-000000000000")]
    [InlineData("Chain-Prev", "ABC")]
    public async Task Tags_that_do_not_mirror_the_envelope_are_named(string tag, string value)
    {
        var (receipt, content) = await SubmitAsync();
        var item = ArweaveWorld.Proof(receipt).Item;
        using var wallet = TestWallets.Of(SignatureType.Solana);
        foreach (
            var tags in new[]
            {
                item.Tags.Select(known => known.Name == tag ? known with { Value = value } : known),
                item.Tags.Where(known => known.Name != tag),
                item.Tags.Append(new DataItemTag(tag, value)),
            }
        )
        {
            var forged = DataItem.Create(wallet, [.. tags], item.Data);
            var changed = With(receipt with { Reference = forged.Id }, new ArweaveProof { Item = forged });
            var failed = Assert.Single(_world.Verifier().Verify(changed, content).Checks, check => check.Outcome is CheckOutcome.Failed);
            Assert.Equal("tags", failed.Name);
            Assert.Contains(tag, failed.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_checkpoint_that_is_named_in_public_is_named_rightly(bool isRight)
    {
        var (receipt, content) = await SubmitAsync(AnchorTarget.Checkpoint);
        var proof = ArweaveWorld.Proof(receipt);
        using var wallet = TestWallets.Of(SignatureType.Solana);
        var hash = new DataItemTag("Content-Hash", isRight ? receipt.Digest.Hex : new string('0', 64));
        var named = DataItem.Create(wallet, [.. proof.Item.Tags, hash], proof.Item.Data);
        var changed = With(receipt with { Reference = named.Id }, proof with { Item = named, TurboReceipt = null });
        var failed = _world.Verifier().Verify(changed, content).Checks.Where(check => check.Outcome is CheckOutcome.Failed);
        Assert.Equal(isRight ? [] : ["tags"], failed.Select(check => check.Name));
    }

    [Fact]
    public async Task An_envelope_that_its_key_did_not_sign_is_refused_even_where_a_wallet_signed_it()
    {
        var (receipt, content) = await SubmitAsync();
        var envelope = ArweaveWorld.Json(content);
        envelope["signed_at"] = "2020-01-01T00:00:00+00:00";
        var forged = AnchorSubmission.OfEnvelope(Hallmark.Core.Json.CanonicalJson.Canonicalize(envelope));
        var prepared = await _world.Anchor().PrepareAsync(forged, None);
        var failed = Assert.Single(
            _world.Verifier().Verify(prepared, forged.Content).Checks,
            check => check.Outcome is CheckOutcome.Failed
        );
        Assert.Equal("envelope", failed.Name);
        Assert.NotEqual(receipt.Digest, prepared.Digest);
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task Where_two_clocks_disagree_the_promise_stands_and_its_time_does_not_count(int days)
    {
        _world.Bundler.Clock = new SettableClock();
        ((SettableClock)_world.Bundler.Clock).Advance(TimeSpan.FromDays(days));
        var (receipt, content) = await SubmitAsync();
        var witness = _world.Verifier().Verify(receipt, content);
        Assert.False(witness.IsRefuted, Describe(witness));
        Assert.Equal((ReceiptState.Submitted, null, null), (witness.State, witness.ExistedBefore, witness.By));
        Assert.Equal("clocks_disagree", witness.Checks.Single(check => check.Name == "receipt_time").Reason);
    }

    [Fact]
    public async Task A_block_that_no_gateway_knows_is_refused_and_one_that_nobody_can_tell_is_out_of_reach()
    {
        var (receipt, content) = await SubmitAsync();
        receipt = await MineAsync(receipt, depth: 5);
        _world.Gateway.Unmine(receipt.Reference!);
        var refused = await _world.Verifier().VerifyLiveAsync(receipt, content, None);
        Assert.Equal((CheckOutcome.Failed, "not_found"), Block(refused));

        _world.Gateway.Mine(receipt.Reference!, receipt.Block!.Height + 1, receipt.Block.Time!.Value);
        Assert.Equal((CheckOutcome.Failed, "another_block"), Block(await _world.Verifier().VerifyLiveAsync(receipt, content, None)));

        _world.Gateway.Intercept = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        var silent = await _world.Verifier().VerifyLiveAsync(receipt, content, None);
        Assert.Equal((CheckOutcome.NotRun, "unreachable"), Block(silent));
        Assert.False(silent.IsRefuted);
        Assert.False(silent.Holds);
        Assert.Contains(silent.Checks, check => check.IsOutOfReach);

        var nobody = await new ArweaveReceiptVerifier(ArweaveWorld.Trust, gateways: null, _world.Clock).VerifyLiveAsync(
            receipt,
            content,
            None
        );
        Assert.True(nobody.Checks.Single(check => check.Name == "block").IsOutOfReach);
    }

    [Fact]
    public async Task A_submitted_item_that_is_in_no_block_yet_is_neither_refused_nor_confirmed()
    {
        var (receipt, content) = await SubmitAsync();
        var witness = await _world.Verifier().VerifyLiveAsync(receipt, content, None);
        Assert.Equal((CheckOutcome.NotRun, "pending"), Block(witness));
        Assert.Equal(ReceiptState.Submitted, witness.State);
        Assert.False(witness.IsRefuted || witness.Holds);
        Assert.NotNull(witness.ExpectedAt);
    }

    [Fact]
    public async Task A_gateway_that_returns_other_data_is_named_and_confirms_nothing_by_them()
    {
        var (receipt, content) = await SubmitAsync();
        receipt = await MineAsync(receipt, depth: 5);
        var item = ArweaveWorld.Proof(receipt).Item;
        _world.Gateway.Hold(item, data: "tampered"u8.ToArray());
        _world.Gateway.Mine(item.Id, receipt.Block!.Height, receipt.Block.Time!.Value);
        var witness = await _world.Verifier().VerifyLiveAsync(receipt, content, None);
        var retrieval = witness.Checks.Single(check => check.Name == "retrieval");
        Assert.Equal((CheckOutcome.NotRun, "gateway_lied"), (retrieval.Outcome, retrieval.Reason));
        Assert.Contains(_world.Gateway.Address, retrieval.Detail, StringComparison.Ordinal);
        Assert.False(witness.Holds);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"item\":7}")]
    [InlineData("{\"item\":\"AAAA\"}")]
    [InlineData("{\"item\":\"****\"}")]
    [InlineData("{\"item\":\"AB==\",\"record\":[]}")]
    public async Task A_proof_that_is_none_is_a_failed_check_and_never_an_exception(string proof)
    {
        var (receipt, content) = await SubmitAsync();
        receipt = receipt with { Proof = JsonNode.Parse(proof)!.AsObject() };
        foreach (var witness in await BothAsync(ArweaveWorld.Trust, receipt, content))
        {
            Assert.Equal(ReceiptState.Prepared, witness.State);
            Assert.Contains(witness.Checks, check => check is { Name: "proof", Outcome: CheckOutcome.Failed });
        }
    }

    private static (CheckOutcome, string?) Block(Witness witness)
    {
        var check = witness.Checks.Single(candidate => candidate.Name == "block");
        return (check.Outcome, check.Reason);
    }

    private static ReadOnlyMemory<byte> Concat(ReadOnlyMemory<byte> note, string line) =>
        (byte[])[.. note.Span, .. System.Text.Encoding.UTF8.GetBytes(line)];

    private static AnchorReceipt With(AnchorReceipt receipt, ArweaveProof proof) => receipt with { Proof = proof.ToJson() };

    private static AnchorReceipt WithPromise(AnchorReceipt receipt, TurboReceipt? promise) =>
        With(receipt, ArweaveWorld.Proof(receipt) with { TurboReceipt = promise });

    private static string Describe(Witness witness) =>
        string.Join("; ", witness.Checks.Select(check => $"{check.Name}: {check.Outcome} {check.Detail}"));

    private async Task<Witness[]> BothAsync(ArweaveTrust trust, AnchorReceipt receipt, ReadOnlyMemory<byte> content) =>
        [_world.Verifier(trust).Verify(receipt, content), await _world.Verifier(trust).VerifyLiveAsync(receipt, content, None)];

    private async Task<(AnchorReceipt Receipt, ReadOnlyMemory<byte> Content)> SubmitAsync(
        AnchorTarget target = AnchorTarget.Envelope,
        int number = 1
    )
    {
        var submission = target is AnchorTarget.Envelope ? ArweaveWorld.Direct(number) : ArweaveWorld.Checkpoint(number == 1 ? 7 : number);
        return (await _world.SubmitAsync(_world.Anchor(target), submission), submission.Content);
    }

    private async Task<AnchorReceipt> MineAsync(AnchorReceipt receipt, long depth)
    {
        var item = ArweaveWorld.Proof(receipt).Item;
        _world.Gateway.Hold(item);
        _world.Gateway.Mine(item.Id, _world.Gateway.Height - depth + 1, _world.Clock.GetUtcNow().AddMinutes(30));
        return await _world.Anchor(receipt.Target).RefreshAsync(receipt with { Block = null }, None);
    }
}
