using System.Collections.Immutable;

namespace Hallmark.Core.Notes;

/// <summary>What came of verifying a note against known keys.</summary>
/// <param name="VerifiedKeys">The known keys whose signature verified, in the note's order, each once.</param>
/// <param name="Fault">Why the note is refused, or null.</param>
public sealed record NoteVerification(ImmutableArray<NoteVerifierKey> VerifiedKeys, string? Fault)
{
    /// <summary>True where at least one known key signed and none of the known keys' signatures is broken.</summary>
    public bool IsVerified => Fault is null && !VerifiedKeys.IsDefaultOrEmpty;
}
