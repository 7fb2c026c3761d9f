namespace Hallmark.Anchors;

/// <summary>How an anchor does.</summary>
/// <param name="IsReachable">Whether it would take a submission now.</param>
/// <param name="LastTreeSize">The largest checkpoint it holds, or null.</param>
/// <param name="Detail">In words for a person.</param>
public sealed record AnchorStatus(bool IsReachable, long? LastTreeSize, string Detail);
