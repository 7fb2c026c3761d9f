using Hallmark.Core.Checks;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary>One flipped bit, and what came of it.</summary>
/// <param name="Offset">The byte.</param>
/// <param name="Bit">The bit in it, 0 to 7.</param>
/// <param name="Place">The member of the file as it was made, in which it stands.</param>
/// <param name="Excerpt">What stands there after the flip.</param>
/// <param name="Verdict">What was found; null where the file was refused as bad input.</param>
/// <param name="Refusal">Why it was refused; or null.</param>
internal sealed record Flip(int Offset, int Bit, string Place, string Excerpt, Verdict? Verdict, string? Refusal)
{
    public int ExitCode => Verdict?.ExitCode ?? 2;

    /// <summary>True where a failed check says by its name and in words what does not hold.</summary>
    public bool NamesAPart =>
        Verdict?.Checks.Any(check => check is { Outcome: CheckOutcome.Failed, Name.Length: > 0, Detail.Length: > 0 }) == true;

    public override string ToString() =>
        $"byte {Offset} bit {Bit} in {(Place.Length == 0 ? "(outermost)" : Place)}, «{Excerpt}»: exit {ExitCode}, "
        + (
            Refusal
            ?? string.Join(
                "; ",
                Verdict!
                    .Checks.Where(check => check.Outcome is not CheckOutcome.Passed)
                    .Select(check => $"{check.Name} {check.Outcome}: {check.Detail}")
            )
        );
}
