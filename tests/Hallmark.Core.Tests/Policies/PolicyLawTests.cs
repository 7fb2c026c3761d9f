using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Policies;
using Check = FsCheck.Check;

namespace Hallmark.Core.Tests.Policies;

/// <summary>
/// What holds for every policy. Beside each random policy stands a naive one: a function from what is known of the witnesses to yes or no, asked once as if all that is
/// open turned out badly and once as if it turned out well.
/// </summary>
public class PolicyLawTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(20260302, 1);
    private static readonly string[] Worlds = ["arweave", "opentimestamps", "rfc3161", "git", "elsewhere"];

    [Fact]
    public void A_policy_passes_where_it_holds_even_in_the_worst_case_and_fails_where_it_does_not_even_in_the_best() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var (text, holds) = RandomPolicy(random, 4);
                var witnesses = Enumerable.Range(0, random.Next(6)).Select(_ => RandomWitness(random)).ToList();

                var expected =
                    holds(witnesses, false) ? CheckOutcome.Passed
                    : holds(witnesses, true) ? CheckOutcome.NotRun
                    : CheckOutcome.Failed;
                return WitnessPolicy.Parse(text).Evaluate(witnesses, Witnesses.SignedAt).Outcome == expected;
            })
        );

    [Fact]
    public void What_is_written_reads_back_to_a_policy_that_is_written_and_judges_the_same() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var policy = WitnessPolicy.Parse(RandomPolicy(random, 4).Text);
                var again = WitnessPolicy.Parse(policy.ToString());
                var witnesses = Enumerable.Range(0, 4).Select(_ => RandomWitness(random)).ToList();
                return policy.ToString() == again.ToString() && policy.Evaluate(witnesses).Detail == again.Evaluate(witnesses).Detail;
            })
        );

    /// <summary>Policies near their bounds: 64 clauses, 16 brackets, long names, as few characters as the language allows.</summary>
    [Fact]
    public void What_is_written_of_a_policy_at_its_bounds_is_within_them()
    {
        var read = 0;
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                WitnessPolicy policy;
                try
                {
                    policy = WitnessPolicy.Parse(LargePolicy(random));
                }
                catch (PolicyFormatException)
                {
                    return true; // beyond a bound
                }

                read++;
                var again = WitnessPolicy.Parse(policy.ToString());
                var witnesses = Enumerable.Range(0, 4).Select(_ => RandomWitness(random)).ToList();
                return policy.ToString() == again.ToString() && policy.Evaluate(witnesses).Detail == again.Evaluate(witnesses).Detail;
            })
        );
        Assert.True(read > 200, $"{read} of the policies were within their bounds");
    }

    [Fact]
    public void Any_text_is_a_policy_or_refused_with_a_place_inside_it() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                string[] pieces =
                [
                    "require ",
                    "2 of ",
                    "any",
                    "all",
                    "(",
                    ")",
                    ",",
                    " and ",
                    " or ",
                    "ots",
                    "\"ots\"",
                    " level>=",
                    "2",
                    " within 3d",
                    "\"",
                    ">",
                    "😀",
                    "\0",
                ];
                var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
                try
                {
                    return WitnessPolicy.Parse(text).ToString().Length > 0;
                }
                catch (PolicyFormatException refusal)
                {
                    return refusal.Column >= 1 && refusal.Column <= text.Length + 1;
                }
            })
        );

    private static string LargePolicy(Random random)
    {
        var (left, number) = (random.Next(50, 66), 0);
        var length = random.Next(2) == 0 ? random.Next(1, 65) : 4;
        return Either(random.Next(12, 18));

        string Either(int depth)
        {
            var text = Both(depth);
            while (left > 0 && random.Next(3) != 0)
            {
                text += (text[^1] == ')' ? "or " : " or ") + Both(depth);
            }

            return text;
        }

        string Both(int depth)
        {
            var text = One(depth);
            while (left > 0 && random.Next(3) != 0)
            {
                text += (text[^1] == ')' ? "and " : " and ") + One(depth);
            }

            return text;
        }

        string One(int depth)
        {
            left--;
            return depth <= 1 || left < 2
                ? Term()
                : random.Next(8) switch
                {
                    0 => $"any({Either(depth - 1)},{Either(depth - 1)})",
                    1 => $"all({Either(depth - 1)},{Either(depth - 1)})",
                    2 => $"2 of({Either(depth - 1)},{Term()},{Term()})",
                    < 6 => $"({Either(depth - 1)})",
                    _ => Term(),
                };
        }

        string Term()
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"n{number++}").PadRight(length, 'x');
            return random.Next(4) == 0 ? name + " state>=submitted level>=3 confirmations>=1000000 within 36500w" : name;
        }
    }

    private static (string Text, Func<List<Witness>, bool, bool> Holds) RandomPolicy(Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            return RandomTerm(random, Worlds[random.Next(Worlds.Length)]);
        }

        var parts = Enumerable
            .Range(0, random.Next(2, 4))
            .Select(_ => RandomPolicy(random, depth - 1))
            .DistinctBy(part => part.Text.Split(' ')[0])
            .ToList();
        var required = random.Next(1, parts.Count + 1);
        var texts = parts.Select(part => part.Text);
        return random.Next(3) switch
        {
            0 => ($"({string.Join(" and ", texts)})", (all, hope) => parts.All(part => part.Holds(all, hope))),
            1 => ($"({string.Join(" or ", texts)})", (all, hope) => parts.Any(part => part.Holds(all, hope))),
            _ => (
                string.Create(CultureInfo.InvariantCulture, $"{required} of ({string.Join(", ", texts)})"),
                (all, hope) => parts.Count(part => part.Holds(all, hope)) >= required
            ),
        };
    }

    private static (string Text, Func<List<Witness>, bool, bool> Holds) RandomTerm(Random random, string world)
    {
        bool IsCandidate(Witness witness) => witness.World == world && !witness.IsRefuted && witness.State != ReceiptState.Rejected;
        bool IsProven(Witness witness) => witness.Checks.All(check => check.Outcome is CheckOutcome.Passed);
        bool IsOver(Witness witness) => IsProven(witness) && witness.State == ReceiptState.Final;
        return random.Next(4) switch
        {
            0 => (world, (all, hope) => all.Exists(one => IsCandidate(one) && (hope || one.Holds))),
            1 => (
                $"{world} level>=2",
                (all, hope) =>
                    all.Exists(one => IsCandidate(one) && (one is { Level: >= 2 } || (hope && !IsOver(one))) && (hope || one.Holds))
            ),
            2 => (
                $"{world} confirmations>=3",
                (all, hope) => all.Exists(one => IsCandidate(one) && (hope || one is { Depth: >= 3, Holds: true }))
            ),
            _ => (
                $"{world} state>=final within 2h",
                (all, hope) =>
                    all.Exists(one =>
                        IsCandidate(one)
                        && (one.ExistedBefore is { } time ? time <= Witnesses.SignedAt.AddHours(2) : hope && !IsOver(one))
                        && (hope || IsOver(one))
                    )
            ),
        };
    }

    private static Witness RandomWitness(Random random) =>
        Witnesses.Final(Worlds[random.Next(Worlds.Length)]) with
        {
            State = (ReceiptState)random.Next(5),
            Checks =
            [
                new Core.Checks.Check
                {
                    Name = "receipt",
                    Outcome = random.Next(4) is var drawn and < 2 ? (CheckOutcome)drawn : CheckOutcome.Passed,
                },
            ],
            Level = random.Next(4) is var level and > 0 ? level : null,
            Depth = random.Next(6) is var depth and > 0 ? depth : null,
            ExistedBefore = random.Next(5) is var hours and > 0 ? Witnesses.SignedAt.AddHours(hours) : null,
        };
}
