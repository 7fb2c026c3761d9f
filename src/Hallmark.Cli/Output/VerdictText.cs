using System.Text.RegularExpressions;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Output;

/// <summary>A verdict for a person: is it good, how is that known, what differs, what it does not prove.</summary>
internal static partial class VerdictText
{
    private const string NoWitness = "no outside witness yet";
    private const int NameWidth = 18;
    private const int MaxDifferences = 20;
    private const int MaxValueLength = 80;

    /// <summary>Writes the panel.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="verdict">What came out.</param>
    /// <param name="isFull">True to shorten nothing and leave nothing out.</param>
    /// <param name="time">The clock, for estimates.</param>
    public static void Write(Terminal terminal, Verdict verdict, bool isFull, TimeProvider time)
    {
        WriteChecks(terminal, verdict, isFull, time);
        terminal.Out.WriteLine();
        WriteNotes(terminal, verdict);
        terminal.Out.WriteLine("Does not prove: that the model is good, or that the facts were true when they were recorded.");
    }

    /// <summary>Writes the headline and the checks alone.</summary>
    public static void WriteChecks(Terminal terminal, Verdict verdict, bool isFull, TimeProvider time)
    {
        terminal.Out.WriteLine($"{terminal.Strong(PlainText.Of(verdict.Subject))}  {Headline(terminal, verdict)}");
        terminal.Out.WriteLine();
        foreach (var check in verdict.Checks)
        {
            // The witnesses' own lines say the same, unless one is refuted.
            if (check is not { Name: WitnessFindings.WitnessesCheck, Outcome: not CheckOutcome.Failed })
            {
                WriteCheck(terminal, check, isFull);
            }
        }

        var name = "witness";
        foreach (var witness in verdict.Witnesses)
        {
            var line = $"{witness.Anchor}: {WitnessWords.State(witness, time)} · {WitnessWords.Proves(witness)}";
            terminal.Out.WriteLine(
                $"  {WitnessWords.Mark(terminal, witness)} {name.PadRight(NameWidth)} {Shorten(PlainText.Of(line), isFull)}"
            );
            terminal.Out.WriteLine($"    {"".PadRight(NameWidth)} {terminal.Quiet(PlainText.Of("trusting " + witness.Trust))}");
            name = "";
        }

        if (WitnessWords.NextStep(verdict) is { } next)
        {
            terminal.Out.WriteLine($"    {"".PadRight(NameWidth)} next: {next}");
        }
    }

    /// <summary>Writes the notes that no check and no headline has said already, each once.</summary>
    public static void WriteNotes(Terminal terminal, params IEnumerable<Verdict> verdicts)
    {
        var all = verdicts.ToList();
        var said = all.SelectMany(verdict => verdict.Checks).Select(check => check.Detail).OfType<string>().ToList();
        foreach (var note in all.SelectMany(verdict => verdict.Notes).Distinct(StringComparer.Ordinal))
        {
            if (note != NoWitness && !said.Any(detail => detail.Contains(note, StringComparison.Ordinal)))
            {
                terminal.Out.WriteLine($"Note: {PlainText.Of(note)}");
            }
        }
    }

    /// <summary>Glyph and word of an outcome.</summary>
    public static string Mark(Terminal terminal, CheckOutcome outcome) =>
        outcome switch
        {
            CheckOutcome.Passed => terminal.Good("✔"),
            CheckOutcome.Failed => terminal.Bad("✘"),
            _ => terminal.Undecided("–"),
        };

    private static string Headline(Terminal terminal, Verdict verdict)
    {
        var failed = verdict.Checks.Count(check => check.Outcome is CheckOutcome.Failed);
        var differences = verdict.Checks.Sum(check => check.Differences.Length);
        var notRun = verdict.Checks.Count(check => check is { IsRequired: true, Outcome: CheckOutcome.NotRun });
        return verdict.Status switch
        {
            VerdictStatus.Verified => $"{terminal.Good("VERIFIED")}, {WitnessWords.Count([verdict])}",
            VerdictStatus.Failed => terminal.Bad("FAILED")
                + (
                    differences > 0
                        ? $": {Count(differences, "thing differs", "things differ")} from what was anchored"
                        : $": {Count(failed, "check", "checks")} failed"
                ),
            _ => $"{terminal.Undecided("INCOMPLETE")}: {Count(notRun, "required check", "required checks")} could not run",
        };
    }

    private static void WriteCheck(Terminal terminal, Check check, bool isFull)
    {
        var detail = check.Detail ?? (check.Outcome is CheckOutcome.NotRun ? "not run" : "");
        var reason = check.Reason is { } code and not "differs" && !detail.Contains(code, StringComparison.Ordinal) ? $" ({code})" : "";
        terminal.Out.WriteLine(
            $"  {Mark(terminal, check.Outcome)} {check.Name.Replace('_', ' ').PadRight(NameWidth)} {Shorten(PlainText.Of(detail), isFull)}{terminal.Quiet(PlainText.Of(reason))}".TrimEnd()
        );
        var shown = isFull ? check.Differences.Length : Math.Min(check.Differences.Length, MaxDifferences);
        foreach (var difference in check.Differences.AsSpan(0, shown))
        {
            terminal.Out.WriteLine("      " + Describe(difference, isFull));
        }

        if (shown < check.Differences.Length)
        {
            terminal.Out.WriteLine($"      … and {check.Differences.Length - shown} more (--full shows all)");
        }
    }

    private static string Describe(Difference difference, bool isFull)
    {
        var note = difference.Note is null ? "" : $"   {PlainText.Of(difference.Note)}";
        return (difference.Anchored, difference.Found) switch
        {
            (null, null) when note.Length > 0 => PlainText.Of(difference.What) + note,
            (null, _) =>
                $"{PlainText.Of(difference.What)}   not in the record{(difference.Found is null ? "" : $", found {Value(difference.Found, isFull)}")}{note}",
            (_, null) => $"{PlainText.Of(difference.What)}   anchored {Value(difference.Anchored, isFull)}   found (gone){note}",
            _ =>
                $"{PlainText.Of(difference.What)}   anchored {Value(difference.Anchored, isFull)}   found {Value(difference.Found, isFull)}{note}",
        };
    }

    private static string Value(string text, bool isFull)
    {
        var plain = PlainText.Of(text);
        var shortened = Shorten(plain, isFull);
        return isFull || shortened.Length <= MaxValueLength ? shortened : ShortText.Cut(shortened, MaxValueLength) + "…";
    }

    private static string Shorten(string text, bool isFull) => isFull ? text : LongHash().Replace(text, match => Units.Short(match.Value));

    [GeneratedRegex("\\b[0-9a-f]{64}\\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LongHash();

    private static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";
}
