using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Policies;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>Envelopes that went out by themselves: their receipts are found by their bytes, with a place in the ledger or without one.</summary>
public sealed class WitnessedEnvelopeTests : IAsyncDisposable
{
    private readonly HomeScene _scene = new();
    private SmallCalendar? _calendar;

    public async ValueTask DisposeAsync()
    {
        if (_calendar is not null)
        {
            await _calendar.DisposeAsync();
        }

        _scene.Dispose();
    }

    [Fact]
    public async Task A_promise_is_shown_and_witnesses_nothing_and_refutes_nothing()
    {
        var (settings, entry) = await RecordAsync();
        await using var session = _scene.Open(settings);
        foreach (var index in new long?[] { entry.Index, null })
        {
            var findings = await session
                .FindWitnesses(isLive: false, WitnessPolicy.Parse("require opentimestamps"))
                .FindAsync(entry.Envelope, index, null, CancellationToken.None);
            var witness = Assert.Single(findings.Witnesses);
            Assert.Equal(("ots", ReceiptState.Submitted, AnchorTarget.Envelope), (witness.Anchor, witness.State, witness.Target));
            Assert.Equal((false, false), (witness.Holds, witness.IsRefuted));
            Assert.Equal(
                ["no_outside_witness"],
                findings.Checks.Where(check => check.Name == WitnessFindings.WitnessesCheck).Select(check => check.Reason)
            );
            Assert.NotEqual(CheckOutcome.Passed, findings.Checks.Single(check => check.Name == WitnessPolicy.CheckName).Outcome);
        }
    }

    [Fact]
    public async Task Other_bytes_have_no_receipt()
    {
        var (settings, entry) = await RecordAsync();
        await using var session = _scene.Open(settings);
        var findings = await session
            .FindWitnesses(isLive: false, null)
            .FindAsync("{}"u8.ToArray(), entry.Index, null, CancellationToken.None);
        Assert.Empty(findings.Witnesses);
    }

    [Fact]
    public async Task A_receipt_held_against_other_bytes_is_refuted()
    {
        var (settings, _) = await RecordAsync();
        await using var session = _scene.Open(settings);
        var receipt = Assert.Single(await session.FindLedger()!.Receipts.ListAsync("ots", null, 10, CancellationToken.None));
        foreach (var isLive in new[] { false, true })
        {
            var witness = await session.FindWitnesses(isLive, null).VerifyAsync(receipt, "{}"u8.ToArray(), CancellationToken.None);
            Assert.True(witness.IsRefuted);
            Assert.False(witness.Holds);
        }
    }

    private async Task<(HallmarkSettings Settings, LoggedEntry Entry)> RecordAsync()
    {
        _calendar = await SmallCalendar.StartAsync();
        var settings = new HallmarkSettings { Anchors = [_calendar.Anchor("ots")] };
        await using var session = _scene.Open(settings);
        var entry = await _scene.RecordAsync(session, "one");
        await session.DrainOutboxAsync(CancellationToken.None);
        return (settings, entry);
    }
}
