using System.Globalization;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Policies;

namespace Hallmark.Evidence.Verification;

/// <summary>What the witnesses of a bundle mean for its events.</summary>
/// <param name="found">What each receipt showed.</param>
internal sealed class WitnessJudgement(IReadOnlyList<FoundWitness> found)
{
    /// <summary>Failed where a receipt is refuted, passed where an outside witness holds, else not run and not required.</summary>
    public Check Judge()
    {
        var faults =
            from item in found
            from check in item.Witness.Checks
            where check.Outcome is CheckOutcome.Failed
            select BundleChecks.Part($"receipt of {item.Witness.Anchor} ({item.Witness.World})", $"{check.Name}: {check.Detail}");
        if (faults.ToList() is { Count: > 0 } refuted)
        {
            return BundleChecks.Failed(BundleChecks.Witnesses, "refuted", refuted);
        }

        var worlds = found
            .Select(item => item.Witness)
            .Where(witness => witness is { Holds: true, IsOutside: true })
            .Select(witness => witness.World)
            .Distinct()
            .ToList();
        return worlds.Count > 0
            ? Check.Passed(BundleChecks.Witnesses, $"seen outside by {string.Join(", ", worlds)}")
            : Check.Skipped(BundleChecks.Witnesses, "no_outside_witness", DescribeOpen());
    }

    /// <summary>Asks a policy for every event; the least answer counts.</summary>
    public Check Ask(WitnessPolicy policy, IEnumerable<EntryCheck> entries)
    {
        Check? worst = null;
        foreach (var entry in entries)
        {
            var answer = Ask(policy, entry.Index, entry.Name, entry.SignedAt);
            if (worst is null || Rank(answer) < Rank(worst))
            {
                worst = answer;
            }
        }

        return worst ?? policy.Evaluate([]);
    }

    /// <summary>Asks a policy for one event.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="index">Where the event stands in the ledger.</param>
    /// <param name="name">How it is named in the answer.</param>
    /// <param name="signedAt">When it says that it was signed.</param>
    public Check Ask(WitnessPolicy policy, ulong index, string name, DateTimeOffset? signedAt)
    {
        // The names of anchors are what the evidence's maker wrote: here, only worlds count.
        List<Witness> its =
        [
            .. found.Where(item => item.SpeaksFor(index)).Select(item => item.Witness with { Anchor = item.Witness.World }),
        ];
        var answer = policy.Evaluate(its, signedAt);
        return answer with { Detail = $"{answer.Detail}, for {name}" };
    }

    private string DescribeOpen()
    {
        var unvouched = found
            .SelectMany(item => item.Witness.Checks)
            .Where(check => check.Name == ReceiptVerifiers.TrustCheck)
            .Select(check => check.Detail)
            .Distinct()
            .ToList();
        return found.Count == 0 ? "there is no receipt of an anchor"
            : unvouched.Count > 0 ? string.Join("; ", unvouched)
            : string.Create(CultureInfo.InvariantCulture, $"of {found.Count} receipts none bears out an outside witness yet");
    }

    private static int Rank(Check check) =>
        check.Outcome switch
        {
            CheckOutcome.Failed => 0,
            CheckOutcome.NotRun => 1,
            _ => 2,
        };
}
