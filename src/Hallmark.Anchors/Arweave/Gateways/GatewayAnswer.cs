using System.Collections.Immutable;

namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>What came of asking the gateways in their order: the first answer that proved itself, and what was wrong with those before it.</summary>
/// <remarks>Compared by reference of its faults; not meant to be compared.</remarks>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Value">The answer; null where no gateway had one that proved itself.</param>
/// <param name="Gateway">Who gave it; null without an answer.</param>
/// <param name="Faults">Why the others' answers did not help, in the order in which they were asked.</param>
public sealed record GatewayAnswer<T>(T? Value, string? Gateway, ImmutableArray<GatewayFault> Faults)
    where T : class
{
    /// <summary>Those that returned something else than what was asked for.</summary>
    public IEnumerable<GatewayFault> Lies => Faults.Where(fault => fault.Kind is GatewayFaultKind.Lie);

    /// <summary>True where nobody can tell: there is no answer, and not every gateway said that it does not know the item.</summary>
    public bool IsOutOfReach => Value is null && (Faults.IsEmpty || Faults.Any(fault => fault.Kind is not GatewayFaultKind.NotFound));

    /// <summary>The longest pause that one of them asked for, or null.</summary>
    public TimeSpan? RetryAfter => Faults.Max(fault => fault.RetryAfter);

    /// <summary>All faults in one line, for people.</summary>
    public string Describe() => Faults.IsEmpty ? "no gateways are configured" : string.Join("; ", Faults);
}
