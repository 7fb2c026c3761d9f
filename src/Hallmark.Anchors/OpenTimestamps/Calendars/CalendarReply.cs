using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.OpenTimestamps.Calendars;

/// <summary>What came of asking one calendar for one thing.</summary>
/// <param name="Calendar">The calendar's address.</param>
/// <param name="Timestamp">Its timestamp, or null where it has none yet or none was had.</param>
/// <param name="Remark">What it said instead, or what went wrong; in words for a person, or null.</param>
/// <param name="Failure">The failure where it did not answer as a calendar does; or null.</param>
public sealed record CalendarReply(string Calendar, Timestamp? Timestamp, string? Remark, AnchorUnavailableException? Failure)
{
    /// <summary>True where the calendar says that it does not know the commitment, not even as one that waits: what it promised is lost, unless it finds it again.</summary>
    public bool IsForgotten { get; init; }
}
