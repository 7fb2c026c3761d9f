using System.Collections.Immutable;
using Hallmark.Core.Checks;

namespace Hallmark.Core.Anchoring;

/// <summary>Who saw an envelope, and what that means for a verdict on it.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
/// <param name="Witnesses">Every witness with its own checks, envelope's first, then checkpoints'; by the anchors' names.</param>
/// <param name="Checks">What goes into the verdict: that no receipt is refuted, and where a policy is set that it is met.</param>
public sealed record WitnessFindings(ImmutableArray<Witness> Witnesses, ImmutableArray<Check> Checks)
{
    /// <summary>The name of the check that no receipt is refuted.</summary>
    public const string WitnessesCheck = "witnesses";

    /// <summary>Nobody, and nothing asked.</summary>
    public static WitnessFindings None { get; } = new([], []);
}
