using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Ledger.Storage;

/// <summary>Hands many submissions to the writing thread, in pieces that share a transaction, and gathers what came of each.</summary>
internal static class BatchAppend
{
    /// <summary>Appends.</summary>
    /// <param name="writer">The writing thread.</param>
    /// <param name="submissions">What to append.</param>
    /// <param name="maxPiece">Most appends in one transaction.</param>
    public static async Task<IReadOnlyList<AppendOutcome>> RunAsync(
        LedgerWriter writer,
        IReadOnlyList<EventSubmission> submissions,
        int maxPiece
    )
    {
        var outcomes = new AppendOutcome[submissions.Count];
        var pieces = new List<(int[] Places, BatchWrite Write)>();
        for (var start = 0; start < outcomes.Length; start += maxPiece)
        {
            var (places, appends) = Check(submissions, start, Math.Min(maxPiece, outcomes.Length - start), outcomes);
            if (appends.Count > 0)
            {
                var write = new BatchWrite(appends);
                writer.Enqueue(write);
                pieces.Add((places, write));
            }
        }

        foreach (var (places, write) in pieces)
        {
            await GatherAsync(places, write, outcomes).ConfigureAwait(false);
        }

        return outcomes;
    }

    private static (int[] Places, List<CheckedAppend> Appends) Check(
        IReadOnlyList<EventSubmission> submissions,
        int start,
        int count,
        AppendOutcome[] outcomes
    )
    {
        var places = new int[count];
        var appends = new List<CheckedAppend>(count);
        for (var i = start; i < start + count; i++)
        {
            try
            {
                appends.Add(new CheckedAppend(submissions[i]));
                places[appends.Count - 1] = i;
            }
            catch (BadInputException refusal)
            {
                outcomes[i] = AppendOutcome.Refused(refusal);
            }
        }

        return (places, appends);
    }

    private static async Task GatherAsync(int[] places, BatchWrite write, AppendOutcome[] outcomes)
    {
        try
        {
            var found = await write.Task.ConfigureAwait(false);
            for (var i = 0; i < found.Length; i++)
            {
                outcomes[places[i]] = found[i];
            }
        }
        catch (HallmarkException refusal)
        {
            foreach (var place in places.AsSpan(0, write.Weight))
            {
                outcomes[place] = AppendOutcome.Refused(refusal);
            }
        }
    }
}
