using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Composing;
using Hallmark.Evidence.Predictions;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Tests.Answers;

/// <summary>What is gathered out of a ledger for a bundle or a receipt: all that belongs together, once each, and of an anchor's receipts the one that says most.</summary>
public sealed class GatheredEvidenceTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private BundleScene _scene = null!; // ! made before each test

    public async Task InitializeAsync() => _scene = await BundleScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Events_that_follow_each_other_in_a_circle_are_gathered_once_each_in_the_ledgers_order()
    {
        await AppendAsync(31, Follows(32));
        await AppendAsync(32, Follows(31, 33));
        await AppendAsync(33, Follows(33));
        await _scene.PublishAsync();

        Assert.Equal((int[])[31, 32, 33], await NumbersAsync("run:r32"));
        Assert.Equal((int[])[33], await NumbersAsync("run:r33"));
    }

    [Fact]
    public async Task An_event_that_the_ledger_does_not_hold_is_left_out_and_the_rest_is_gathered()
    {
        await AppendAsync(41, new JsonObject());
        await AppendAsync(42, Follows(99, 41));
        await _scene.PublishAsync();
        Assert.Equal((int[])[41, 42], await NumbersAsync("run:r42"));
    }

    /// <summary>Checkpoints of 7 and 8 entries cover the dataset's event; the registration's is under the second only.</summary>
    [Theory]
    [InlineData(ReceiptState.Final, ReceiptState.Final, 7)]
    [InlineData(ReceiptState.Confirmed, ReceiptState.Final, 8)]
    [InlineData(ReceiptState.Submitted, ReceiptState.Confirmed, 8)]
    [InlineData(ReceiptState.Confirmed, ReceiptState.Confirmed, 7)]
    [InlineData(ReceiptState.Submitted, ReceiptState.Submitted, 7)]
    [InlineData(ReceiptState.Rejected, ReceiptState.Prepared, 7)]
    public async Task Of_an_anchors_receipts_above_an_event_the_first_final_one_counts_else_the_first_confirmed_else_the_first(
        ReceiptState first,
        ReceiptState second,
        long size
    )
    {
        await KeepAsync(7, "other", first);
        await KeepAsync(8, "other", second);
        var receipts = await ReceiptsAsync("dataset:credit");

        Assert.Equal([("notary", (long?)7), ("other", size)], receipts.Select(receipt => (receipt.Anchor, receipt.TreeSize)));
    }

    [Fact]
    public async Task Receipts_of_the_envelope_itself_come_along_each_once()
    {
        var entry = (await _scene.Ledger.FindBySubjectAsync("dataset:credit", None))[0];
        await _scene.KeepAsync(Notary.Receipt(AnchorTarget.Envelope, entry.Envelope, null, anchor: "b"));
        await _scene.KeepAsync(Notary.Receipt(AnchorTarget.Envelope, entry.Envelope, null, anchor: "a"));

        var receipts = await ReceiptsAsync("dataset:credit");
        Assert.Equal(
            [("a", AnchorTarget.Envelope), ("b", AnchorTarget.Envelope), ("notary", AnchorTarget.Checkpoint)],
            receipts.Select(receipt => (receipt.Anchor, receipt.Target))
        );
    }

    [Theory]
    [InlineData("{\"b\":1,\"a\":2}")]
    [InlineData("{ }")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("no JSON")]
    [InlineData("")]
    public void An_entry_that_is_not_canonical_cannot_stand_in_a_bundle(string text)
    {
        var refusal = Assert.Throws<BadInputException>(() => CanonicalEntry.Require(EntryOf(Encoding.UTF8.GetBytes(text))));
        Assert.Equal("entry 7 is no envelope in canonical form; a bundle could not hold it byte for byte", refusal.Message);
    }

    [Fact]
    public void An_entry_that_is_canonical_is_taken_as_it_is()
    {
        var bytes = "{\"a\":1}"u8.ToArray();
        Assert.Equal(bytes, CanonicalEntry.Require(EntryOf(bytes)).ToArray());
    }

    [Fact]
    public async Task A_prediction_that_nobody_recorded_has_no_receipt() =>
        Assert.Null(await new PredictionReceiptComposer(_scene.Ledger).FindAsync("nobody", withRecord: true, None));

    [Fact]
    public async Task A_prediction_under_no_checkpoint_yet_is_asked_for_again_in_a_second()
    {
        await PredictAsync(51, publishes: false);
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() =>
            new PredictionReceiptComposer(_scene.Ledger).FindAsync("d51", withRecord: true, None)
        );
        Assert.Equal("prediction d51 is logged, and no checkpoint covers it yet", refusal.Message);
        Assert.Equal((TimeSpan.FromSeconds(1), 3), (refusal.RetryAfter, refusal.ExitCode));
    }

    [Fact]
    public async Task A_receipt_holds_the_first_checkpoint_and_those_that_anchors_have_and_grows_with_them()
    {
        await PredictAsync(52);
        await PredictAsync(53);
        await PredictAsync(54);
        var composer = new PredictionReceiptComposer(_scene.Ledger);
        var early = (await composer.FindAsync("d52", withRecord: false, None))!;
        Assert.Equal([9UL], early.Checkpoints.Select(checkpoint => checkpoint.TreeSize));
        Assert.Null(early.Record);

        await KeepAsync(11, "other", ReceiptState.Final);
        var later = (await composer.FindAsync("d52", withRecord: true, None))!;
        Assert.Equal([9UL, 11UL], later.Checkpoints.Select(checkpoint => checkpoint.TreeSize));
        Assert.Equal([("notary", (long?)9), ("other", 11)], later.Receipts.Select(receipt => (receipt.Anchor, receipt.TreeSize)));
        Assert.Equal((8UL, PredictionMaker.Hash(later.Record!.Value.Span)), (later.Index, later.RecordHash));

        // What was given out before stays good.
        foreach (var receipt in new[] { early, later with { Record = null } })
        {
            var bytes = PredictionReceiptJson.Write(receipt);
            var found = await new PredictionReceiptVerifier(BundleScene.Trust).VerifyAsync(bytes, None);
            Assert.Equal(VerdictStatus.Verified, found.Verdict.Status);
            Assert.Equal(bytes, PredictionReceiptJson.Write(found.Receipt!));
        }
    }

    [Fact]
    public async Task A_receipt_brings_the_handovers_below_its_checkpoints_and_no_later_ones()
    {
        await PredictAsync(55);
        var composer = new PredictionReceiptComposer(_scene.Ledger);
        await _scene.HandOverAsync(Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)6, 32)]));
        await PredictAsync(56);

        Assert.Empty((await composer.FindAsync("d55", withRecord: false, None))!.Handovers);
        var after = (await composer.FindAsync("d56", withRecord: false, None))!;
        Assert.Single(after.Handovers);
        Assert.Equal(VerdictStatus.Verified, (await PredictionVerdictTests.VerifyAsync(after)).Status);
        Assert.Equal(
            ["checkpoints"],
            PredictionVerdictTests.FailedNames(await PredictionVerdictTests.VerifyAsync(after with { Handovers = [] }))
        );

        // An anchor has a checkpoint of the new key, above the prediction of the old one.
        await KeepAsync((long)after.Checkpoints[0].TreeSize, "other", ReceiptState.Final);
        var grown = (await composer.FindAsync("d55", withRecord: false, None))!;
        Assert.Equal((2, 1), (grown.Checkpoints.Length, grown.Handovers.Length));
        Assert.Equal(VerdictStatus.Verified, (await PredictionVerdictTests.VerifyAsync(grown)).Status);
    }

    /// <summary>More ledgers than are remembered: what is asked after that gets the same answer as before.</summary>
    [Fact]
    public void Any_number_of_ledgers_is_looked_at_and_each_gets_its_own_answer()
    {
        var known = new KnownCheckpoints();
        var sound = PredictionMaker.Single();
        Assert.Empty(known.FindLedger(sound).Ledger.Faults);
        for (var i = 0; i < 5_000; i++)
        {
            Assert.Single(known.FindLedger(sound with { VerifierKey = $"key {i}" }).Ledger.Faults);
        }

        Assert.Empty(known.FindLedger(sound).Ledger.Faults);
        Assert.Single(known.FindLedger(sound with { VerifierKey = "key 0" }).Ledger.Faults);
    }

    [Fact]
    public async Task A_trace_for_the_familys_tools_needs_a_checkpoint_at_arweave()
    {
        var events = await _scene.Ledger.FindBySubjectAsync(BundleScene.Model, None);
        var refusal = await Assert.ThrowsAsync<BadInputException>(() =>
            new AnchorTraceComposer(_scene.Ledger).ComposeAsync(events, false, BundleScene.SignedAt, BundleScene.Key, None)
        );
        Assert.Equal("none of these events is under a checkpoint that was sent to Arweave", refusal.Message);
    }

    private static LoggedEntry EntryOf(byte[] envelope) =>
        new(7, envelope, null, "id", null, new string('0', 64), null, DateTimeOffset.UnixEpoch);

    private static JsonObject Follows(params int[] numbers) =>
        new()
        {
            [HallmarkMember.Datasets] = new JsonArray([
                .. numbers.Select(number => (JsonNode)new JsonObject { ["event_id"] = BundleScene.EventId(number) }),
            ]),
        };

    private Task<LoggedEntry> AppendAsync(int number, JsonObject links) =>
        _scene.AppendAsync(
            number,
            EventTypes.Training,
            new JsonObject { ["type"] = SubjectTypes.Run, ["run_id"] = $"r{number}" },
            $"run:r{number}",
            links
        );

    private async Task PredictAsync(int number, bool publishes = true)
    {
        await _scene.AppendAsync(
            number,
            EventTypes.Prediction,
            new JsonObject
            {
                ["type"] = SubjectTypes.Prediction,
                ["decision_id"] = $"d{number}",
                ["model_run_id"] = "r",
            },
            $"prediction:d{number}",
            new JsonObject()
        );
        if (publishes)
        {
            await _scene.PublishAsync();
        }
    }

    private async Task KeepAsync(long size, string anchor, ReceiptState state)
    {
        PublishedCheckpoint checkpoint = (await _scene.Ledger.FindCheckpointAsync(size, None))!;
        await _scene.KeepAsync(Notary.Receipt(AnchorTarget.Checkpoint, checkpoint.Note, size, anchor) with { State = state });
    }

    private async Task<int[]> NumbersAsync(string subject) =>
        [
            .. (await _scene.ComposeAsync(subject)).Entries.Select(entry =>
                int.Parse(
                    ((string)JsonNode.Parse(entry.Envelope.Span)!["event_id"]!)[24..],
                    System.Globalization.CultureInfo.InvariantCulture
                )
            ),
        ];

    private async Task<IEnumerable<AnchorReceipt>> ReceiptsAsync(string subject) => (await _scene.ComposeAsync(subject)).Receipts;
}
