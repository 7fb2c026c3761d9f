using System.Globalization;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Cli.Output;

/// <summary>Witnesses in words: how far each is, what it proves, what comes next.</summary>
internal static class WitnessWords
{
    /// <summary>How far a witness is, as far as its checks bear it out: <c>pending (about 40 min)</c>, <c>confirmed (6 deep)</c>.</summary>
    public static string State(Witness witness, TimeProvider time)
    {
        if (witness.IsRefuted)
        {
            return "refuted (" + string.Join("; ", Of(witness, CheckOutcome.Failed)) + ")";
        }

        if (witness.State is ReceiptState.Confirmed or ReceiptState.Final && !witness.Holds)
        {
            return "not checked (" + string.Join("; ", Of(witness, CheckOutcome.NotRun)) + ")";
        }

        return witness.State switch
        {
            ReceiptState.Prepared => "not sent yet",
            ReceiptState.Submitted => $"pending ({Estimate(witness.ExpectedAt, time)})",
            ReceiptState.Confirmed => witness.Depth is { } depth
                ? string.Create(CultureInfo.InvariantCulture, $"confirmed ({depth} deep)")
                : "confirmed",
            ReceiptState.Final => "final",
            _ => "rejected" + (witness.Remark is null ? "" : $" ({witness.Remark})"),
        };
    }

    /// <summary>What it proves now, in words.</summary>
    public static string Proves(Witness witness) =>
        !witness.Holds
            ? witness is { IsRefuted: false, State: ReceiptState.Submitted, ExistedBefore: { } promised }
                ? $"promised to have existed before {Time(promised)}" + (witness.By is null ? "" : $", by {witness.By}")
                : "proves nothing yet"
            : witness.ExistedBefore is { } time
                ? $"existed before {Time(time)}" + (witness.By is null ? "" : $", by {witness.By}")
                : witness.IsOutside
                    ? "seen outside, at no proven time"
                    : "a copy kept elsewhere, no outside witness";

    /// <summary>The witnesses of verdicts in a few words: <c>with 1 outside witness</c>; of several, what the least witnessed has.</summary>
    public static string Count(IEnumerable<Verdict> verdicts) =>
        verdicts.Select(verdict => verdict.OutsideWitnessCount).DefaultIfEmpty(0).Min() switch
        {
            0 => "no outside witness yet",
            1 => "with 1 outside witness",
            var count => string.Create(CultureInfo.InvariantCulture, $"with {count} outside witnesses"),
        };

    /// <summary>What to do for those that are pending; null where nothing is.</summary>
    public static string? NextStep(Verdict verdict) =>
        verdict.Witnesses.Any(witness => witness is { IsRefuted: false, State: ReceiptState.Prepared }) ? "hallmark outbox drain"
        : verdict.Witnesses.Any(witness => witness is { IsRefuted: false, State: ReceiptState.Submitted })
            ? "hallmark receipts refresh, or leave it to hallmark worker"
        : null;

    /// <summary>State as glyph and colour, beside the word.</summary>
    public static string Mark(Terminal terminal, Witness witness) =>
        witness.IsRefuted || witness.State is ReceiptState.Rejected ? terminal.Bad("✘")
        : witness.Holds ? terminal.Good("✔")
        : witness.State is ReceiptState.Confirmed or ReceiptState.Final ? terminal.Undecided("–")
        : terminal.Undecided("…");

    /// <summary>How long still, as people say it.</summary>
    public static string Estimate(DateTimeOffset? expectedAt, TimeProvider time)
    {
        if (expectedAt is not { } expected)
        {
            return "no estimate";
        }

        var left = expected - time.GetUtcNow();
        return left <= TimeSpan.Zero ? "any time now"
            : left < TimeSpan.FromMinutes(2) ? string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalSeconds):0} s")
            : left < TimeSpan.FromHours(2) ? string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalMinutes):0} min")
            : left < TimeSpan.FromDays(2) ? string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalHours):0} h")
            : string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalDays):0} days");
    }

    private static IEnumerable<string> Of(Witness witness, CheckOutcome outcome) =>
        witness
            .Checks.Where(check => check.Outcome == outcome && (outcome is CheckOutcome.Failed || check.IsRequired))
            .Select(check => check.Detail ?? check.Name);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
