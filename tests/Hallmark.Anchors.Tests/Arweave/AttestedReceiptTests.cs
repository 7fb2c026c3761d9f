using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Anchors.Tests.ArioVerify;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Arweave receipts with a second opinion: what an operator of a gateway signed about the item.</summary>
public sealed class AttestedReceiptTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private ArweaveWorld _world = null!;
    private VerifyService _service = null!;

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

    [Theory]
    [InlineData(AnchorTarget.Envelope)]
    [InlineData(AnchorTarget.Checkpoint)]
    public async Task A_trusted_operators_attestation_makes_the_receipt_hold_without_any_network(AnchorTarget target)
    {
        var (receipt, content) = await AttestedAsync(target);
        Assert.Contains("attests block", receipt.Remark, StringComparison.Ordinal);
        var asked = _world.Gateway.Asked.Count + _service.Server.Asked.Count;
        var witness = Verifier(_service.Operator).Verify(receipt, content);
        Assert.True(witness.Holds, Describe(witness));
        Assert.Equal((ReceiptState.Confirmed, 3), (witness.State, witness.Level!.Value));
        Assert.Equal($"Arweave block {receipt.Block!.Height}, attested by operator {_service.Operator}", witness.By);
        Assert.StartsWith($"the operator {_service.Operator}", witness.Trust, StringComparison.Ordinal);
        Assert.Equal(receipt.Block.Time, witness.ExistedBefore);
        Assert.Equal(asked, _world.Gateway.Asked.Count + _service.Server.Asked.Count);
    }

    [Fact]
    public async Task Live_the_gateway_and_the_operator_are_both_named()
    {
        var (receipt, content) = await AttestedAsync();
        var witness = await Verifier(_service.Operator).VerifyLiveAsync(receipt, content, None);
        Assert.True(witness.Holds, Describe(witness));
        Assert.Contains(
            $"by the word of {_world.Gateway.Address}, attested by operator {_service.Operator}",
            witness.By,
            StringComparison.Ordinal
        );
        Assert.Contains("or the operator", witness.Trust, StringComparison.Ordinal);
        Assert.Equal(3, witness.Level);
    }

    [Theory]
    [InlineData(false, "no_operator_given")]
    [InlineData(true, "another_operator")]
    public async Task An_operator_whom_nobody_trusts_is_shown_and_counts_for_nothing(bool trustsAnother, string reason)
    {
        var (receipt, content) = await AttestedAsync();
        var witness = Verifier(trustsAnother ? [TestItems.OtherId] : []).Verify(receipt, content);
        Assert.False(witness.IsRefuted, Describe(witness));
        Assert.Equal((ReceiptState.Submitted, "the bundler's signed receipt", null), (witness.State, witness.By, witness.Level));
        var trust = witness.Checks.Single(check => check.Name == "attestation_trust");
        Assert.Equal((CheckOutcome.NotRun, reason, false), (trust.Outcome, trust.Reason, trust.IsRequired));
        Assert.Contains(_service.Operator, trust.Detail, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Passed, witness.Checks.Single(check => check.Name == "attestation_signature").Outcome);
        Assert.True((await Verifier(TestItems.OtherId).VerifyLiveAsync(receipt, content, None)).Holds);
    }

    [Fact]
    public async Task Any_byte_of_the_attestation_that_is_changed_refutes_the_receipt_or_leaves_it_unattested()
    {
        var (receipt, content) = await AttestedAsync();
        var verifier = Verifier(_service.Operator);
        var bytes = Core.Json.CanonicalJson.Canonicalize(receipt.Proof["attestations"]!);
        var refuted = 0;
        for (var i = 0; i < bytes.Length; i += 3)
        {
            var changed = bytes.ToArray();
            changed[i] ^= (byte)(1 << (i % 7));
            if (!Core.Json.StrictJson.TryParse(changed, out var json, out _))
            {
                continue;
            }

            var proof = receipt.Proof.DeepClone().AsObject();
            proof["attestations"] = json;
            var witness = verifier.Verify(receipt with { Proof = proof }, content);
            Assert.False(witness.Holds, $"byte {i}");
            refuted += witness.IsRefuted ? 1 : 0;
        }

        Assert.True(refuted > 100);
    }

    [Fact]
    public async Task An_attestation_of_another_item_refutes_the_receipt_that_carries_it()
    {
        var (first, _) = await AttestedAsync(number: 1);
        var (second, content) = await AttestedAsync(number: 2);
        var proof = ArweaveWorld.Proof(second) with { Attestations = ArweaveWorld.Proof(first).Attestations };
        var witness = Verifier(_service.Operator).Verify(second with { Proof = proof.ToJson() }, content);
        Assert.Contains(witness.Checks, check => check is { Name: "attestation_transaction", Outcome: CheckOutcome.Failed });
        Assert.Contains(witness.Checks, check => check is { Name: "attestation_data", Outcome: CheckOutcome.Failed });
        Assert.False(witness.Holds);
    }

    [Fact]
    public async Task A_forged_attestation_beside_a_good_one_refutes_the_receipt_and_a_strangers_takes_nothing_away()
    {
        var (receipt, content) = await AttestedAsync();
        await using var stranger = await VerifyService.StartAsync();
        (stranger.Subject, stranger.Content, stranger.Block) = (_service.Subject, _service.Content, _service.Block - 1);
        var strangers = OperatorAttestation.FromService(stranger.Attest(), stranger.Subject).ToRecord();
        var forged = receipt.Proof["attestations"]![0]!.DeepClone();
        forged["payload"]!["level"] = 1;
        foreach (var (added, isRefuted) in new[] { (strangers, false), (forged, true) })
        {
            foreach (var place in new[] { 0, 1 })
            {
                var proof = receipt.Proof.DeepClone().AsObject();
                proof["attestations"]!.AsArray().Insert(place, added.DeepClone());
                var witness = Verifier(_service.Operator).Verify(receipt with { Proof = proof }, content);
                Assert.Equal((isRefuted, !isRefuted), (witness.IsRefuted, witness.Holds));
                Assert.True(isRefuted || witness.ExistedBefore == receipt.Block!.Time, Describe(witness));
            }
        }
    }

    [Fact]
    public async Task An_attestation_for_another_block_than_the_one_named_now_does_not_count_and_refutes_nothing()
    {
        var (receipt, content) = await AttestedAsync();
        var moved = receipt with { Block = receipt.Block! with { Height = receipt.Block.Height + 1 } };
        var witness = Verifier(_service.Operator).Verify(moved, content);
        Assert.False(witness.IsRefuted, Describe(witness));
        Assert.False(witness.Holds);
        Assert.Equal("another_block", witness.Checks.Single(check => check.Name == "attestation_block").Reason);
    }

    [Theory]
    [InlineData("2020-01-01T00:00:00.000Z")]
    [InlineData("2099-01-01T00:00:00.000Z")]
    public async Task A_block_time_that_cannot_be_proves_no_time(string time)
    {
        var (receipt, content) = await AttestedAsync(change: () => _service.BlockTime = time);
        var witness = Verifier(_service.Operator).Verify(receipt, content);
        Assert.True(witness.Holds, Describe(witness));
        Assert.Null(witness.ExistedBefore);
        Assert.Equal("clocks_disagree", witness.Checks.Single(check => check.Name == "attestation_time").Reason);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("silent")]
    [InlineData("level 1")]
    [InlineData("other data")]
    [InlineData("forged")]
    [InlineData("nothing signed")]
    public async Task What_the_service_cannot_or_will_not_say_takes_nothing_away_and_is_asked_for_again(string fault)
    {
        var (receipt, content) = await AttestedAsync(change: () => Break(fault));
        Assert.Equal(ReceiptState.Final, receipt.State);
        Assert.Equal(_world.Clock.GetUtcNow().AddMinutes(15), receipt.RefreshAfter);
        Assert.Contains("ar.io Verify: ", receipt.Remark, StringComparison.Ordinal);
        Assert.False(Verifier(_service.Operator).Verify(receipt, content).IsRefuted);

        Mend();
        var again = await _world.Anchor(verify: Options()).RefreshAsync(receipt, None);
        Assert.Null(again.RefreshAfter);
        Assert.True(Verifier(_service.Operator).Verify(again, content).Holds);
        Assert.Single(ArweaveWorld.Proof(again).Attestations);
    }

    [Fact]
    public async Task A_day_after_the_submission_nobody_waits_for_an_attestation_any_more()
    {
        Break("silent");
        var (receipt, _) = await AttestedAsync(change: () => _world.Clock.Advance(TimeSpan.FromDays(2)));
        Assert.Equal((ReceiptState.Final, null), (receipt.State, receipt.RefreshAfter));
    }

    [Fact]
    public async Task What_is_attested_well_enough_is_not_asked_for_again_and_one_operator_has_one_attestation()
    {
        var (receipt, _) = await AttestedAsync();
        var asked = _service.Server.Asked.Count;
        await _world.Anchor(verify: Options()).RefreshAsync(receipt, None);
        Assert.Equal(asked, _service.Server.Asked.Count);

        var strict = await _world.Anchor(verify: Options(level: 3)).RefreshAsync(receipt, None);
        Assert.Single(ArweaveWorld.Proof(strict).Attestations);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[7]")]
    [InlineData("[{}]")]
    [InlineData("[null]")]
    public async Task A_list_of_attestations_that_is_none_makes_the_proof_unreadable(string json)
    {
        var (receipt, content) = await AttestedAsync();
        var proof = receipt.Proof.DeepClone().AsObject();
        proof["attestations"] = JsonNode.Parse(json);
        Assert.False(ArweaveProof.TryRead(receipt with { Proof = proof }, out _, out var fault));
        Assert.Contains("attestation", fault, StringComparison.Ordinal);
        Assert.True(Verifier(_service.Operator).Verify(receipt with { Proof = proof }, content).IsRefuted);
    }

    [Fact]
    public async Task The_anchors_status_tells_how_the_service_does_and_does_not_depend_on_it()
    {
        var status = await _world.Anchor(verify: Options()).ReadStatusAsync(None);
        Assert.True(status.IsReachable);
        Assert.Contains("ar.io Verify: ", status.Detail, StringComparison.Ordinal);
        Break("silent");
        Assert.True((await _world.Anchor(verify: Options()).ReadStatusAsync(None)).IsReachable);
    }

    [Fact]
    public async Task The_outbox_keeps_a_final_receipt_in_sight_until_it_is_attested()
    {
        Break("pending");
        var submission = ArweaveWorld.Direct();
        var handler = new AnchorWorkHandler(
            _world.Anchor(verify: Options()),
            _world.Receipts,
            AnchorSchedule.EveryCheckpoint,
            _world.Clock
        );
        var work = Work(submission);
        Assert.NotNull((await handler.HandleAsync(work, None)).Pause);
        MineAndTell(_world.Receipts.All.Single(), depth: 20);
        Break("pending");
        _world.Clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await handler.HandleAsync(work, None)).Pause);
        Assert.Equal(ReceiptState.Final, _world.Receipts.All.Single().State);

        Mend();
        _world.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(OutboxResult.Done, await handler.HandleAsync(work, None));
        Assert.True(Verifier(_service.Operator).Verify(_world.Receipts.All.Single(), submission.Content).Holds);
    }

    private static OutboxWork Work(AnchorSubmission submission) => AnchorWork.Describe("arweave", submission);

    private ArweaveReceiptVerifier Verifier(params string[] operators) =>
        _world.Verifier(ArweaveWorld.Trust with { OperatorAddresses = operators });

    private ArioVerifyOptions Options(int level = 2) =>
        new()
        {
            Address = new Uri(_service.Server.Address + "/verify"),
            TrustedOperators = [_service.Operator],
            MinimumLevel = level,
            Retries = 0,
        };

    private void Break(string fault)
    {
        switch (fault)
        {
            case "pending":
                _service.Block = null;
                break;
            case "silent":
                _service.Before = context =>
                {
                    context.Response.StatusCode = 503;
                    return Task.FromResult(true);
                };
                break;
            case "level 1":
                _service.ChangePayload = payload => payload["level"] = 1;
                break;
            case "other data":
                _service.ChangePayload = payload => payload["data_hash"] = new string('0', 64);
                break;
            case "forged":
                _service.ChangeAttestation = attestation => attestation["payload"]!["level"] = 2;
                break;
            default:
                _service.ChangeResult = result => result["existence"]!["status"] = "not_found";
                break;
        }
    }

    private void Mend()
    {
        (_service.Before, _service.ChangePayload) = (_ => Task.FromResult(false), _ => { });
        (_service.ChangeAttestation, _service.ChangeResult) = (_ => { }, _ => { });
        _service.Block = _world.Gateway.Height - 19;
    }

    private void MineAndTell(AnchorReceipt receipt, long depth)
    {
        var item = ArweaveWorld.Proof(receipt).Item;
        var height = _world.Gateway.Height - depth + 1;
        var time = _world.Clock.GetUtcNow().AddMinutes(30);
        _world.Gateway.Hold(item);
        _world.Gateway.Mine(item.Id, height, time);
        (_service.Subject, _service.Content, _service.Block) = (item.Id, item.Data, height);
        _service.BlockTime = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'.000Z'", System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<(AnchorReceipt Receipt, ReadOnlyMemory<byte> Content)> AttestedAsync(
        AnchorTarget target = AnchorTarget.Envelope,
        int number = 1,
        Action? change = null
    )
    {
        var anchor = _world.Anchor(target, verify: Options());
        var submission = target is AnchorTarget.Envelope ? ArweaveWorld.Direct(number) : ArweaveWorld.Checkpoint(7);
        var receipt = await _world.SubmitAsync(anchor, submission);
        MineAndTell(receipt, depth: 20);
        change?.Invoke();
        return (await anchor.RefreshAsync(receipt, None), submission.Content);
    }

    private static string Describe(Witness witness) =>
        string.Join("; ", witness.Checks.Select(check => $"{check.Name}: {check.Outcome} {check.Detail}"));
}
