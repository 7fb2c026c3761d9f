using System.Text.Json.Nodes;
using Hallmark.Anchors.OpenTimestamps;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors.Tests.OpenTimestamps;

/// <summary>The way of a receipt: prepared, submitted, confirmed, final; and what a stranger can check of it.</summary>
public sealed class OpenTimestampsReceiptTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private OtsWorld _world = null!; // set by InitializeAsync, before every test

    public async Task InitializeAsync() => _world = await OtsWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_receipt_goes_from_prepared_to_final_and_then_verifies_without_a_connection()
    {
        var anchor = _world.Anchor();
        var receipt = await anchor.PrepareAsync(OtsWorld.Submission, None);
        Assert.Equal((ReceiptState.Prepared, "regtest", 41), (receipt.State, receipt.Network, receipt.TreeSize));
        Assert.All(_world.Calendars, static calendar => Assert.Empty(calendar.Asked));
        AssertOutcome(Verify(receipt), "proof", CheckOutcome.NotRun, "not_submitted");

        receipt = Kept(await anchor.SubmitAsync(receipt, None));
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.NotNull(receipt.RefreshAfter);
        Assert.Equal(ReceiptState.Submitted, Verify(receipt).State);
        AssertOutcome(Verify(receipt), "bitcoin_block", CheckOutcome.NotRun, "pending");

        receipt = Kept(await anchor.RefreshAsync(receipt, None));
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Contains("Pending confirmation in Bitcoin blockchain", receipt.Remark, StringComparison.Ordinal);

        await _world.AttestAllAsync();
        receipt = Kept(await anchor.RefreshAsync(receipt, None));
        Assert.Equal((ReceiptState.Confirmed, 1L), (receipt.State, receipt.Block!.Height));
        AssertOutcome(Verify(receipt), "bitcoin_depth", CheckOutcome.NotRun, "not_deep_enough");

        _world.Chain.Grow(5);
        receipt = Kept(await anchor.RefreshAsync(receipt, None));
        Assert.Equal((ReceiptState.Final, true), (receipt.State, receipt.RefreshAfter is null));
        var witness = Verify(receipt);
        Assert.True(witness.Holds);
        Assert.Equal((ReceiptState.Final, _world.Chain[1].Time, "Bitcoin block 1"), (witness.State, witness.ExistedBefore, witness.By));
        Assert.Contains("the test's header file", witness.Trust, StringComparison.Ordinal);
        Assert.Equal(receipt.Proof.ToJsonString(), (await anchor.RefreshAsync(receipt, None)).Proof.ToJsonString());
    }

    [Fact]
    public async Task Work_from_the_outbox_becomes_a_final_receipt_and_asks_no_more_often_than_set()
    {
        var (clock, receipts) = (new SettableClock(), new MemoryReceipts());
        var handler = new AnchorWorkHandler(_world.Anchor(time: clock), receipts, AnchorSchedule.EveryCheckpoint, clock);
        var work = AnchorWork.Describe("ots", OtsWorld.Submission);
        Assert.Equal(TimeSpan.FromMinutes(15), (await handler.HandleAsync(work, None)).Pause);
        await _world.AttestAllAsync();
        _world.Chain.Grow(5);
        Assert.NotNull((await handler.HandleAsync(work, None)).Pause);
        Assert.Equal(ReceiptState.Submitted, Assert.Single(receipts.All).State);
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null((await handler.HandleAsync(work, None)).Pause);
        Assert.True(Verify(Assert.Single(receipts.All)).Holds);
        Assert.All(_world.Calendars, static calendar => Assert.Equal(2, calendar.Asked.Count));
    }

    [Fact]
    public async Task A_prepared_receipt_sent_again_after_a_crash_sends_the_same_bytes()
    {
        var prepared = Kept(await _world.Anchor().PrepareAsync(OtsWorld.Submission, None));
        await _world.Anchor().SubmitAsync(prepared, None);
        var second = await _world.Anchor().SubmitAsync(prepared, None);
        Assert.Single(_world.Calendars.SelectMany(static calendar => calendar.Posted).Select(Convert.ToHexStringLower).Distinct());
        Assert.NotEqual(prepared.Digest.Bytes.ToArray(), _world.Calendars[0].Posted.First());
        var asked = _world.Calendars.Sum(static calendar => calendar.Asked.Count);
        Assert.Same(second, await _world.Anchor().SubmitAsync(second, None));
        Assert.Equal(asked, _world.Calendars.Sum(static calendar => calendar.Asked.Count));
    }

    [Fact]
    public async Task A_calendar_that_lies_does_not_get_into_the_receipt_and_the_honest_one_does()
    {
        var receipt = await SubmittedAsync();
        _world.Calendars[0].Mix();
        receipt = await _world.Anchor().RefreshAsync(receipt, None);
        Assert.Contains("names a block that the chain of this test does not have yet", receipt.Remark, StringComparison.Ordinal);
        _world.Chain.Grow(1);
        receipt = await _world.Anchor().RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Contains("the chain contradicts", receipt.Remark, StringComparison.Ordinal);

        await _world.Calendars[1].AttestAsync(_world.Chain);
        _world.Chain.Grow(5);
        receipt = await _world.Anchor().RefreshAsync(receipt, None);
        Assert.True(Verify(receipt).Holds);
    }

    [Fact]
    public async Task A_lie_taken_in_without_a_chain_to_ask_is_refuted_by_whoever_has_one()
    {
        var anchor = _world.Anchor(hasHeaders: false);
        var receipt = await SubmittedAsync();
        _world.Calendars[0].Mix();
        receipt = Kept(await anchor.RefreshAsync(receipt, None));
        Assert.Equal((ReceiptState.Confirmed, true), (receipt.State, receipt.RefreshAfter is null));
        Assert.Contains("not checked", receipt.Remark, StringComparison.Ordinal);
        AssertOutcome(
            new OpenTimestampsReceiptVerifier(Regtest).Verify(receipt, OtsWorld.Content),
            "bitcoin_block",
            CheckOutcome.NotRun,
            "header_not_trusted"
        );
        _world.Chain.Grow(9);
        var witness = Verify(receipt);
        Assert.True(witness.IsRefuted);
        AssertOutcome(witness, "bitcoin_block", CheckOutcome.Failed, reason: null);
    }

    [Fact]
    public async Task A_block_that_a_reorganisation_took_away_is_replaced_by_the_new_one()
    {
        var receipt = await SubmittedAsync();
        await _world.AttestAllAsync();
        receipt = await _world.Anchor().RefreshAsync(receipt, None);
        var before = receipt.Block!.Id;
        _world.Chain.Reorganise(_world.Chain.Height);
        Assert.True(Verify(receipt).IsRefuted);
        Assert.All(_world.Calendars, static calendar => calendar.Forget());
        receipt = await _world.Anchor().RefreshAsync(receipt, None);
        Assert.Equal((ReceiptState.Submitted, null), (receipt.State, receipt.Block));
        await _world.AttestAllAsync();
        _world.Chain.Grow(5);
        receipt = await _world.Anchor().RefreshAsync(receipt, None);
        Assert.NotEqual(before, receipt.Block!.Id);
        Assert.True(Verify(receipt).Holds);
    }

    [Fact]
    public async Task A_promise_that_every_calendar_forgot_is_given_up_after_its_time_for_a_person_to_see()
    {
        var clock = new SettableClock();
        var anchor = _world.Anchor(time: clock);
        var receipt = await anchor.SubmitAsync(await anchor.PrepareAsync(OtsWorld.Submission, None), None);
        Assert.All(_world.Calendars, static calendar => calendar.Lose());
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Contains("Not found", receipt.Remark, StringComparison.Ordinal);

        clock.Advance(new OpenTimestampsOptions { Name = "ots" }.ForgottenAfter);
        var givenUp = await Assert.ThrowsAsync<Core.Failures.BadInputException>(() => anchor.RefreshAsync(receipt, None));
        Assert.Contains("has forgotten it", givenUp.Message, StringComparison.Ordinal);
        Assert.All(_world.Calendars, calendar => Assert.Contains(calendar.Uri.Authority, givenUp.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_calendar_that_still_waits_keeps_the_receipt_alive_however_old_it_is()
    {
        var clock = new SettableClock();
        var anchor = _world.Anchor(time: clock);
        var receipt = await anchor.SubmitAsync(await anchor.PrepareAsync(OtsWorld.Submission, None), None);
        _world.Calendars[0].Lose();
        clock.Advance(TimeSpan.FromDays(300));
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        await _world.Calendars[1].AttestAsync(_world.Chain);
        _world.Chain.Grow(5);
        Assert.Equal(ReceiptState.Final, (await anchor.RefreshAsync(receipt, None)).State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(367)]
    public void The_time_until_a_forgotten_promise_is_given_up_has_its_bounds(int days) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new OpenTimestampsOptions { Name = "ots", ForgottenAfter = TimeSpan.FromDays(days) }
        );

    [Fact]
    public async Task While_nobody_answers_the_receipt_stays_as_it_was()
    {
        var prepared = await _world.Anchor().PrepareAsync(OtsWorld.Submission, None);
        var submitted = await _world.Anchor().SubmitAsync(prepared, None);
        await _world.AttestAllAsync();
        _world.Chain.IsDown = true;
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Anchor().RefreshAsync(submitted, None));
        foreach (var calendar in _world.Calendars)
        {
            await calendar.DisposeAsync();
        }

        await Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Anchor().SubmitAsync(prepared, None));
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Anchor().RefreshAsync(submitted, None));
        Assert.False((await _world.Anchor().ReadStatusAsync(None)).IsReachable);
    }

    [Fact]
    public async Task The_status_says_how_many_calendars_answer_and_who_checks_the_blocks()
    {
        Assert.True((await _world.Anchor().ReadStatusAsync(None)).IsReachable);
        await _world.Calendars[0].DisposeAsync();
        var status = await _world.Anchor(hasHeaders: false).ReadStatusAsync(None);
        Assert.False(status.IsReachable);
        Assert.Contains("1 of 2 calendars answer", status.Detail, StringComparison.Ordinal);
        Assert.Contains("no source of headers", status.Detail, StringComparison.Ordinal);
        Assert.True((await _world.Anchor(wanted: 1).ReadStatusAsync(None)).IsReachable);
    }

    [Fact]
    public async Task Live_the_node_is_asked_and_a_node_that_is_down_refutes_nothing()
    {
        var receipt = await FinalAsync();
        var live = new OpenTimestampsReceiptVerifier(Regtest with { Live = _world.Chain });
        Assert.True((await live.VerifyLiveAsync(receipt, OtsWorld.Content, None)).Holds);
        AssertOutcome(live.Verify(receipt, OtsWorld.Content), "bitcoin_block", CheckOutcome.NotRun, "header_not_trusted");
        _world.Chain.IsDown = true;
        var witness = await live.VerifyLiveAsync(receipt, OtsWorld.Content, None);
        AssertOutcome(witness, "bitcoin_block", CheckOutcome.NotRun, "unreachable");
        Assert.Equal((false, false), (witness.IsRefuted, witness.Holds));
        Assert.True(Assert.Single(witness.Checks, static check => check.Name == "bitcoin_block").IsOutOfReach);
    }

    [Fact]
    public async Task The_header_in_a_receipt_is_not_believed_unless_that_was_said()
    {
        var receipt = await FinalAsync();
        var alone = new OpenTimestampsReceiptVerifier(Regtest).Verify(receipt, OtsWorld.Content);
        Assert.False(alone.Holds);
        Assert.Null(alone.ExistedBefore);
        Assert.Contains(alone.Checks, static check => check is { Name: "carried_header", Outcome: CheckOutcome.Passed });
        AssertOutcome(alone, "bitcoin_block", CheckOutcome.NotRun, "header_not_trusted");

        var trusting = new OpenTimestampsReceiptVerifier(Regtest with { AllowUncheckedHeaders = true }).Verify(receipt, OtsWorld.Content);
        Assert.True(trusting.Holds);
        Assert.Equal((ReceiptState.Confirmed, null), (trusting.State, trusting.Depth));
        Assert.Contains("not that it is part of the chain", trusting.Trust, StringComparison.Ordinal);
        Assert.Contains(
            "header not checked against a chain you trust",
            Assert.Single(trusting.Checks, static check => check.Name == "bitcoin_block").Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_receipt_of_another_network_or_for_another_digest_is_refused()
    {
        var receipt = await FinalAsync();
        AssertFailed(Verify(receipt with { Network = "mainnet" }), "network");
        AssertFailed(Verify(receipt with { World = "arweave" }), "network");
        AssertFailed(
            new OpenTimestampsReceiptVerifier(new OpenTimestampsTrust { HeaderFile = _world.Chain.ToHeaderFile() }).Verify(
                receipt,
                OtsWorld.Content
            ),
            "network"
        );
        AssertFailed(Verifier.Verify(receipt, new byte[] { 1 }), "content");
        var other = AnchorSubmission.OfEnvelope(new byte[] { 1 });
        AssertFailed(Verifier.Verify(receipt with { Digest = other.Digest }, other.Content), "proof");
    }

    [Fact]
    public async Task A_receipt_that_claims_more_than_its_proof_is_refused()
    {
        var submitted = await SubmittedAsync();
        AssertFailed(Verify(submitted with { State = ReceiptState.Final }), "receipt");
        AssertFailed(Verify(submitted with { State = ReceiptState.Prepared }), "receipt");
        var final = await FinalAsync();
        AssertFailed(Verify(final with { Block = final.Block! with { Height = 2 } }), "receipt");
        AssertFailed(Verify(final with { Block = final.Block! with { Time = DateTimeOffset.UnixEpoch } }), "receipt");
        AssertFailed(Verify(final with { Block = final.Block! with { Id = _world.Chain[2].DisplayedHash } }), "receipt");
        AssertFailed(Verify(final with { Block = null }), "receipt");
        AssertFailed(Verify(final with { Reference = "elsewhere" }), "receipt");
        Assert.Equal(ReceiptState.Confirmed, Verify(final with { State = ReceiptState.Confirmed }).State);
    }

    [Fact]
    public async Task One_flipped_bit_anywhere_in_a_final_proof_never_holds()
    {
        var receipt = await FinalAsync();
        var file = Convert.FromBase64String(receipt.Proof["ots"]!.GetValue<string>());
        foreach (var changed in Flipped(file))
        {
            AssertRefuted(With(receipt, "ots", Convert.ToBase64String(changed)));
        }

        var height = Assert.Single(receipt.Proof["headers"]!.AsObject()).Key;
        foreach (var changed in Flipped(_world.Chain[1].Bytes.ToArray()))
        {
            AssertRefuted(With(receipt, "headers", new JsonObject { [height] = Convert.ToHexStringLower(changed) }));
        }
    }

    [Fact]
    public async Task A_proof_of_other_members_or_values_is_refused_and_throws_nothing()
    {
        var receipt = await FinalAsync();
        foreach (
            var (member, value) in new (string, JsonNode?)[]
            {
                ("surprise", 1),
                ("ots", "%%%"),
                ("ots", 7),
                ("ots", ""),
                ("nonce", "00"),
                ("nonce", new string('g', 32)),
                ("headers", "x"),
                ("headers", new JsonObject { ["01"] = _world.Chain[1].Hex }),
                ("headers", new JsonObject { ["1"] = "00" }),
                ("headers", new JsonObject { ["1"] = null }),
                ("headers", new JsonObject { ["2"] = _world.Chain[2].Hex }),
            }
        )
        {
            AssertRefuted(With(receipt, member, value));
        }
    }

    [Fact]
    public async Task A_final_receipts_proof_file_is_read_by_its_bytes_and_keeps_the_one_path_that_counts()
    {
        var receipt = await FinalAsync();
        var file = DetachedTimestamp.Parse(Convert.FromBase64String(receipt.Proof["ots"]!.GetValue<string>()));
        Assert.Equal(TimeAttestationKind.Bitcoin, Assert.Single(file.Timestamp.AllAttestations()).Attestation.Kind);
        Assert.True(file.IsOf(OtsWorld.Content));
    }

    private static OpenTimestampsTrust Regtest => new() { Network = BitcoinNetwork.Regtest };

    private OpenTimestampsReceiptVerifier Verifier => new(Regtest with { HeaderFile = _world.Chain.ToHeaderFile() });

    // As it comes back from disk.
    private static AnchorReceipt Kept(AnchorReceipt receipt) => AnchorReceiptJson.Parse(AnchorReceiptJson.Write(receipt));

    private static AnchorReceipt With(AnchorReceipt receipt, string member, JsonNode? value)
    {
        var proof = receipt.Proof.DeepClone().AsObject();
        proof[member] = value;
        return receipt with { Proof = proof };
    }

    private static IEnumerable<byte[]> Flipped(byte[] bytes)
    {
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return changed;
        }
    }

    private static void AssertOutcome(Witness witness, string name, CheckOutcome outcome, string? reason)
    {
        var check = Assert.Single(witness.Checks, check => check.Name == name);
        Assert.Equal((outcome, reason), (check.Outcome, check.Reason));
    }

    private static void AssertFailed(Witness witness, string name)
    {
        Assert.Contains(witness.Checks, check => check.Name == name && check.Outcome is CheckOutcome.Failed);
        Assert.Equal((false, null), (witness.Holds, witness.ExistedBefore));
    }

    private Witness Verify(AnchorReceipt receipt) => Verifier.Verify(receipt, OtsWorld.Content);

    private void AssertRefuted(AnchorReceipt receipt)
    {
        var witness = Verify(receipt);
        Assert.True(witness.IsRefuted, receipt.Proof.ToJsonString());
        Assert.False(witness.Holds);
    }

    private async Task<AnchorReceipt> SubmittedAsync()
    {
        var prepared = await _world.Anchor().PrepareAsync(OtsWorld.Submission, None);
        return await _world.Anchor().SubmitAsync(prepared, None);
    }

    private async Task<AnchorReceipt> FinalAsync()
    {
        var receipt = await SubmittedAsync();
        await _world.AttestAllAsync();
        _world.Chain.Grow(8);
        return Kept(await _world.Anchor().RefreshAsync(receipt, None));
    }
}
