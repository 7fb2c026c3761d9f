using Hallmark.Core.Merkle;

namespace Hallmark.Core.Evidence;

/// <summary>What the family's verifiers pass over in a trace (envelope family §12.2, last paragraph).</summary>
internal static class TraceFindings
{
    internal static IReadOnlyList<EvidenceFinding> Of(TraceCheckpoint[] checkpoints, TraceEvent[] events)
    {
        var findings = new List<EvidenceFinding>();
        AddUnfitIds(checkpoints, findings);
        AddChains(checkpoints, findings);
        AddLeafCounts(events, findings);
        AddRepeated(events, findings);
        return findings;
    }

    private static void AddUnfitIds(TraceCheckpoint[] checkpoints, List<EvidenceFinding> findings) =>
        findings.AddRange(
            checkpoints
                .Where(checkpoint => checkpoint.TxId is { } txId && !CheckpointFetch.IsFit(txId))
                .Select(checkpoint => new EvidenceFinding(
                    EvidenceFinding.TxIdUnfit,
                    checkpoint.TxId!, // ! filtered just before
                    "no transaction has such an id; no gateway is asked for it"
                ))
        );

    /// <summary>The checkpoints of one key and chain should follow each other; a bundle may begin in the middle of a chain, but only once.</summary>
    private static void AddChains(TraceCheckpoint[] checkpoints, List<EvidenceFinding> findings)
    {
        var chains = checkpoints
            .Where(checkpoint => checkpoint.RecordHash is not null)
            .DistinctBy(checkpoint => checkpoint.RecordHash)
            .GroupBy(checkpoint => (checkpoint.PublicKey, checkpoint.ChainKey));
        foreach (var chain in chains)
        {
            var hashes = chain.Select(checkpoint => checkpoint.RecordHash).ToHashSet(StringComparer.Ordinal);
            var followed = new HashSet<string>(StringComparer.Ordinal);
            var hasStart = false;
            foreach (var checkpoint in chain)
            {
                var subject = checkpoint.TxId ?? "";
                var previous = checkpoint.PreviousHash ?? "";
                if (!followed.Add(previous))
                {
                    findings.Add(new(EvidenceFinding.ChainForked, subject, $"another checkpoint of its chain also follows {previous}"));
                }
                else if (!hashes.Contains(previous))
                {
                    if (hasStart)
                    {
                        findings.Add(
                            new(EvidenceFinding.ChainBroken, subject, $"it follows {previous}, which is no checkpoint of this bundle")
                        );
                    }

                    hasStart = true;
                }
            }
        }
    }

    private static void AddLeafCounts(TraceEvent[] events, List<EvidenceFinding> findings) =>
        findings.AddRange(
            events
                .Where(item => item.Checkpoint?.LeafCount is { } committed && item.ClaimedLeafCount is { } claimed && committed != claimed)
                .Select(item => new EvidenceFinding(
                    EvidenceFinding.LeafCountDiffers,
                    item.EventId,
                    $"the proof speaks of {item.ClaimedLeafCount} leaves, the checkpoint's record of {item.Checkpoint!.LeafCount}" // ! filtered just before
                ))
        );

    private static void AddRepeated(TraceEvent[] events, List<EvidenceFinding> findings)
    {
        var leaves = new HashSet<TreeHash>();
        var ids = new Dictionary<string, TreeHash>(StringComparer.Ordinal);
        foreach (var item in events)
        {
            if (!leaves.Add(item.Leaf))
            {
                findings.Add(new(EvidenceFinding.EventDuplicated, item.EventId, "the same envelope stands in the bundle before"));
            }
            else if (!ids.TryAdd(item.EventId, item.Leaf))
            {
                findings.Add(new(EvidenceFinding.EventIdReused, item.EventId, "another envelope of the bundle has the same event_id"));
            }
        }
    }
}
