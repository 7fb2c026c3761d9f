using System.Collections.Immutable;

namespace Hallmark.Core.Evidence;

/// <summary>A bundle laid beside a chain, event by event (envelope family §17).</summary>
/// <remarks>One gateway's index proves no more than "complete as indexed by that gateway".</remarks>
public sealed class CompletenessReconciliation
{
    private readonly ImmutableDictionary<CompletenessBucket, ImmutableArray<string>> _buckets;

    private CompletenessReconciliation(ImmutableDictionary<CompletenessBucket, ImmutableArray<string>> buckets) => _buckets = buckets;

    /// <summary>The most severe bucket that holds an event; null where neither side has any.</summary>
    public CompletenessBucket? Worst => _buckets.IsEmpty ? null : _buckets.Keys.Min();

    /// <summary>The events of a bucket, in ordinal order.</summary>
    public ImmutableArray<string> this[CompletenessBucket bucket] => _buckets.TryGetValue(bucket, out var events) ? events : [];

    /// <summary>Lays both beside each other.</summary>
    /// <param name="bundle">The bundle's events by what identifies them on the chain (the hash of the envelope, or the transaction), and whether each was verified again.</param>
    /// <param name="chain">What the chain's index has for the ticket.</param>
    public static CompletenessReconciliation Of(IReadOnlyDictionary<string, bool> bundle, IReadOnlyCollection<string> chain)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(chain);
        var indexed = chain.ToHashSet(StringComparer.Ordinal);
        var placed = bundle
            .Select(item =>
                (
                    Id: item.Key,
                    Bucket: !indexed.Contains(item.Key) ? CompletenessBucket.Unnotarized
                    : item.Value ? CompletenessBucket.Verified
                    : CompletenessBucket.Refuted
                )
            )
            .Concat(indexed.Where(id => !bundle.ContainsKey(id)).Select(id => (Id: id, Bucket: CompletenessBucket.Missing)));
        return new CompletenessReconciliation(
            placed
                .GroupBy(item => item.Bucket)
                .ToImmutableDictionary(
                    group => group.Key,
                    group => group.Select(item => item.Id).Order(StringComparer.Ordinal).ToImmutableArray()
                )
        );
    }
}
