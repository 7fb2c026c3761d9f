using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed partial class ArweaveAnchorTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private ArweaveWorld _world = null!;

    public async Task InitializeAsync() => _world = await ArweaveWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task An_envelope_becomes_an_item_of_its_own_with_the_familys_tags_and_nothing_is_sent_before_it_is_kept()
    {
        var submission = ArweaveWorld.Direct();
        var receipt = await _world.Anchor().PrepareAsync(submission, None);
        Assert.Empty(_world.Bundler.Asked);
        Assert.Equal(
            (ReceiptState.Prepared, submission.Digest, "arweave", "mainnet"),
            (receipt.State, receipt.Digest, receipt.World, receipt.Network)
        );
        var item = ArweaveWorld.Proof(receipt).Item;
        Assert.True(item.Verify(receipt.Reference!).IsVerified);
        Assert.Equal(submission.Content.ToArray(), item.Data.ToArray());
        Assert.Equal(32, item.Anchor.Length);
        Assert.Equal(
            [
                new("Content-Type", "application/json"),
                new("App-Name", "ar-io-mlflow"),
                new("App-Version", "0.1.0"),
                new("Event-Type", "model_registered"),
                new("Event-Id", "00000001-0000-4000-8000-000000000000"),
                new("Chain-Prev", "GENESIS"),
            ],
            item.Tags
        );
    }

    [Fact]
    public async Task The_same_envelope_prepared_twice_is_two_items_because_their_anchors_are_random()
    {
        var anchor = _world.Anchor();
        var one = await anchor.PrepareAsync(ArweaveWorld.Direct(), None);
        var other = await anchor.PrepareAsync(ArweaveWorld.Direct(), None);
        Assert.NotEqual(one.Reference, other.Reference);
    }

    [Fact]
    public async Task A_submitted_receipt_holds_the_bundlers_signed_promise_and_an_estimate()
    {
        var receipt = await _world.SubmitAsync(_world.Anchor(), ArweaveWorld.Direct());
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Equal(TurboServer.BundlerAddress, ArweaveWorld.Proof(receipt).TurboReceipt!.BundlerAddress);
        Assert.Contains("promises it by block 1850000", receipt.Remark, StringComparison.Ordinal);
        Assert.True(receipt.RefreshAfter > _world.Clock.GetUtcNow() && receipt.ExpectedAt > receipt.RefreshAfter);
        Assert.Equal("POST", Assert.Single(_world.Bundler.Asked).Method);
    }

    [Fact]
    public async Task After_a_crash_between_send_and_store_the_status_is_asked_for_and_nothing_is_sent_again()
    {
        var prepared = await _world.Anchor().PrepareAsync(ArweaveWorld.Direct(), None);
        await _world.Anchor().SubmitAsync(prepared, None);
        var again = await _world.Anchor().SubmitAsync(prepared, None);
        Assert.Equal(ReceiptState.Submitted, again.State);
        Assert.Null(ArweaveWorld.Proof(again).TurboReceipt);
        Assert.Contains("gave no signed receipt", again.Remark, StringComparison.Ordinal);
        Assert.Equal(1, _world.Bundler.Uploads[prepared.Reference!]);
    }

    [Fact]
    public async Task A_bundler_that_does_not_know_yet_what_it_was_sent_is_asked_twice()
    {
        var prepared = await _world.Anchor().PrepareAsync(ArweaveWorld.Direct(), None);
        await _world.Anchor().SubmitAsync(prepared, None);
        var asked = 0;
        _world.Bundler.Intercept = context =>
        {
            if (context.Request.Method != "GET" || asked++ > 0)
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = 404;
            return Task.FromResult(true);
        };
        await _world.Anchor().SubmitAsync(prepared, None);
        Assert.Equal(1, _world.Bundler.Uploads[prepared.Reference!]);
    }

    [Fact]
    public async Task After_a_crash_before_the_send_the_very_same_item_is_sent()
    {
        var prepared = await _world.Anchor().PrepareAsync(ArweaveWorld.Direct(), None);
        var receipt = await _world.Anchor().SubmitAsync(prepared, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Equal(ArweaveWorld.Proof(prepared).Item.Bytes.ToArray(), _world.Bundler.Items[prepared.Reference!]);
    }

    [Fact]
    public async Task An_answer_that_got_lost_is_made_up_for_by_the_status()
    {
        var anchor = _world.Anchor();
        var prepared = await anchor.PrepareAsync(ArweaveWorld.Direct(), None);
        _world.Bundler.Intercept = async context =>
        {
            if (context.Request.Method == "POST")
            {
                _world.Bundler.Intercept = _ => Task.FromResult(false);
                await _world.Bundler.TryTakeAsync(context);
                context.Abort();
                return true;
            }

            return false;
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => anchor.SubmitAsync(prepared, None));
        var receipt = await anchor.SubmitAsync(prepared, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Equal(1, _world.Bundler.Uploads[prepared.Reference!]);
    }

    [Fact]
    public async Task While_the_status_cannot_be_asked_for_nothing_that_may_have_been_sent_is_sent_again()
    {
        var prepared = await _world.Anchor().PrepareAsync(ArweaveWorld.Direct(), None);
        _world.Bundler.Intercept = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(context.Request.Method == "GET");
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Anchor().SubmitAsync(prepared, None));
        Assert.Empty(_world.Bundler.Uploads);
    }

    [Fact]
    public async Task A_receipt_goes_from_the_bundlers_word_to_a_block_to_eighteen_blocks()
    {
        var anchor = _world.Anchor();
        var receipt = await _world.SubmitAsync(anchor, ArweaveWorld.Direct());
        var item = ArweaveWorld.Proof(receipt).Item;

        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Contains("the bundler says CONFIRMED", receipt.Remark, StringComparison.Ordinal);

        var mined = _world.Clock.GetUtcNow().AddMinutes(20);
        _world.Gateway.Hold(item);
        _world.Gateway.Mine(item.Id, _world.Gateway.Height, mined);
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal((ReceiptState.Confirmed, 1L, mined), (receipt.State, receipt.Block!.Depth!.Value, receipt.Block.Time!.Value));
        Assert.Contains("by the word of " + _world.Gateway.Address, receipt.Remark, StringComparison.Ordinal);
        Assert.NotNull(receipt.RefreshAfter);

        _world.Gateway.Height += 17;
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal((ReceiptState.Final, 18L, null), (receipt.State, receipt.Block!.Depth!.Value, receipt.RefreshAfter));
        Assert.Equal(TestItems.OtherId, ArweaveWorld.Proof(receipt).BundleId);
        Assert.NotNull(ArweaveWorld.Proof(receipt).TurboReceipt);
    }

    [Fact]
    public async Task A_block_that_is_undone_takes_the_receipt_back_and_silence_does_not()
    {
        var anchor = _world.Anchor();
        var receipt = await _world.SubmitAsync(anchor, ArweaveWorld.Direct());
        var item = ArweaveWorld.Proof(receipt).Item;
        _world.Gateway.Hold(item);
        _world.Gateway.Mine(item.Id, _world.Gateway.Height, _world.Clock.GetUtcNow());
        receipt = await anchor.RefreshAsync(receipt, None);

        _world.Gateway.Intercept = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Confirmed, receipt.State);
        Assert.NotNull(receipt.Block);

        _world.Gateway.Intercept = _ => Task.FromResult(false);
        _world.Gateway.Unmine(item.Id);
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal((ReceiptState.Submitted, null), (receipt.State, receipt.Block));
    }

    [Fact]
    public async Task Where_neither_bundler_nor_gateway_answers_the_receipt_stays_as_it_was()
    {
        var anchor = _world.Anchor();
        var receipt = await _world.SubmitAsync(anchor, ArweaveWorld.Direct());
        _world.Bundler.Intercept = _world.Gateway.Intercept = context =>
        {
            context.Response.StatusCode = 502;
            return Task.FromResult(true);
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => anchor.RefreshAsync(receipt, None));
    }

    [Fact]
    public async Task An_item_that_the_bundler_failed_is_sent_again_with_the_same_bytes_and_not_for_ever()
    {
        var anchor = _world.Anchor();
        var receipt = await _world.SubmitAsync(anchor, ArweaveWorld.Direct());
        var id = receipt.Reference!;
        for (var failure = 1; failure <= 5; failure++)
        {
            _world.Bundler.Status = new JsonObject { ["status"] = "FAILED", ["reason"] = "too_many_failures" };
            receipt = await anchor.RefreshAsync(receipt, None);
            Assert.Contains("too_many_failures", receipt.Remark, StringComparison.Ordinal);
            if (failure < 5)
            {
                Assert.Equal(ReceiptState.Prepared, receipt.State);
                receipt = await anchor.SubmitAsync(receipt, None);
                Assert.Equal((ReceiptState.Submitted, id), (receipt.State, receipt.Reference));
                Assert.Equal(failure + 1, _world.Bundler.Uploads[id]);
            }
        }

        Assert.Equal((ReceiptState.Rejected, null), (receipt.State, receipt.RefreshAfter));
    }

    [Fact]
    public async Task An_item_that_nobody_knows_any_more_is_sent_again_after_an_hour_and_not_before()
    {
        var anchor = _world.Anchor();
        var receipt = await _world.SubmitAsync(anchor, ArweaveWorld.Direct());
        _world.Bundler.Forget(receipt.Reference!);
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        _world.Clock.Advance(TimeSpan.FromHours(1));
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Prepared, receipt.State);
        receipt = await anchor.SubmitAsync(receipt, None);
        Assert.Equal(2, _world.Bundler.Uploads[receipt.Reference!]);
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public async Task A_clock_that_jumps_stalls_nothing(int days)
    {
        var anchor = _world.Anchor();
        var receipt = await _world.SubmitAsync(anchor, ArweaveWorld.Direct());
        var item = ArweaveWorld.Proof(receipt).Item;
        _world.Clock.Advance(TimeSpan.FromDays(days));
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.True(receipt.RefreshAfter <= _world.Clock.GetUtcNow().AddMinutes(15), "asked again soon by the clock as it is now");
        _world.Gateway.Hold(item);
        _world.Gateway.Mine(item.Id, _world.Gateway.Height - 20, _world.Clock.GetUtcNow());
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Final, receipt.State);
        Assert.Equal(1, _world.Bundler.Uploads[item.Id]);
    }

    [Fact]
    public async Task A_lying_gateway_confirms_nothing_and_is_named_in_the_receipt()
    {
        var anchor = _world.Anchor();
        var receipt = await _world.SubmitAsync(anchor, ArweaveWorld.Direct());
        var item = ArweaveWorld.Proof(receipt).Item;
        _world.Gateway.Hold(item, node => node["owner"]!["key"] = TestItems.OtherId);
        _world.Gateway.Mine(item.Id, 5, _world.Clock.GetUtcNow());
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Contains("not believed: " + _world.Gateway.Address, receipt.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_what_it_was_handed_over_as_is_refused()
    {
        var batched = _world.Anchor(AnchorTarget.Checkpoint);
        var note = ArweaveWorld.Checkpoint(7).Content;
        foreach (
            var wrong in new[]
            {
                AnchorSubmission.OfCheckpoint(ArweaveWorld.Origin, 8, note),
                AnchorSubmission.OfCheckpoint("another.example/log", 7, note),
                AnchorSubmission.OfCheckpoint(ArweaveWorld.Origin, 7, "no note"u8.ToArray()),
                ArweaveWorld.Checkpoint(0),
            }
        )
        {
            await Assert.ThrowsAsync<BadInputException>(() => batched.PrepareAsync(wrong, None));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => batched.PrepareAsync(ArweaveWorld.Direct(), None));
        var direct = _world.Anchor();
        await Assert.ThrowsAsync<BadInputException>(() =>
            direct.PrepareAsync(AnchorSubmission.OfEnvelope("no envelope"u8.ToArray()), None)
        );
    }

    [Fact]
    public async Task A_broken_wallet_is_an_error_that_names_it_and_nothing_takes_its_place_until_it_is_put_right()
    {
        var broken = true;
        var anchor = _world.Anchor(openWallet: () =>
            broken
                ? throw new WalletException("wallet.json is no wallet", "restore it from the backup")
                : TestWallets.Of(SignatureType.Solana)
        );
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => anchor.PrepareAsync(ArweaveWorld.Direct(), None));
        Assert.Contains("wallet.json is no wallet", fault.Message, StringComparison.Ordinal);
        Assert.Contains("restore it from the backup", fault.Hints);
        var status = await anchor.ReadStatusAsync(None);
        Assert.False(status.IsReachable);
        Assert.Empty(_world.Bundler.Asked);
        broken = false;
        Assert.Equal(ReceiptState.Submitted, (await _world.SubmitAsync(anchor, ArweaveWorld.Direct())).State);
    }

    [Fact]
    public async Task An_item_of_another_wallet_is_not_sent_at_this_ones_cost()
    {
        var prepared = await _world
            .Anchor(openWallet: () => TestWallets.Of(SignatureType.Ethereum))
            .PrepareAsync(ArweaveWorld.Direct(), None);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Anchor().SubmitAsync(prepared, None));
        Assert.Contains("another wallet", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_world.Bundler.Uploads);
    }

    [Theory]
    [InlineData("network")]
    [InlineData("world")]
    [InlineData("item")]
    [InlineData("unknown member")]
    public async Task A_receipt_that_is_not_this_anchors_or_is_damaged_is_not_sent(string part)
    {
        var prepared = await _world.Anchor().PrepareAsync(ArweaveWorld.Direct(), None);
        prepared = part switch
        {
            "network" => prepared with { Network = "testnet" },
            "world" => prepared with { World = "bitcoin" },
            "item" => prepared with { Proof = new JsonObject { ["item"] = "AAAA" } },
            _ => prepared with
            {
                Proof = new JsonObject { ["item"] = prepared.Proof["item"]!.DeepClone(), ["x"] = 1 },
            },
        };
        await Assert.ThrowsAsync<BadInputException>(() => _world.Anchor().SubmitAsync(prepared, None));
        Assert.Empty(_world.Bundler.Asked);
    }

    [Fact]
    public async Task The_status_tells_address_balance_and_signing_key_and_says_so_where_the_service_is_silent()
    {
        var anchor = _world.Anchor();
        var status = await anchor.ReadStatusAsync(None);
        using var wallet = TestWallets.Of(SignatureType.Solana);
        Assert.True(status.IsReachable);
        Assert.Equal("solana:" + wallet.NativeAddress, status.Address);
        Assert.Equal("123456789012345678901 winston credits", status.Balance);
        Assert.Contains(TurboServer.BundlerAddress, status.Detail, StringComparison.Ordinal);
        _world.Bundler.Intercept = context =>
        {
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        status = await anchor.ReadStatusAsync(None);
        Assert.False(status.IsReachable);
        Assert.Equal("solana:" + wallet.NativeAddress, status.Address);
    }
}
