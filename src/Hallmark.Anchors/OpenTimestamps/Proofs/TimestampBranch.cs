namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>An operation on a message, and the timestamp over what it gives.</summary>
/// <param name="Operation">The step.</param>
/// <param name="Result">The timestamp over the operation's result.</param>
public sealed record TimestampBranch(TimestampOperation Operation, Timestamp Result);
