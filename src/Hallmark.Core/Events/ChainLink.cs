namespace Hallmark.Core.Events;

/// <summary>A compare-and-set of a chain's head: the entry is appended only where the head is still what the event was linked to.</summary>
/// <param name="Chain">The chain's name, for example <c>training:credit-scorer</c>.</param>
/// <param name="ExpectedHead">The payload hash the chain must end with now; null where it must be empty.</param>
public sealed record ChainLink(string Chain, string? ExpectedHead);
