namespace Hallmark.Ledger.Storage;

/// <summary>Subjects that are a word, a colon and the entry's own event id, such as <c>prediction:&lt;id&gt;</c>: they are found by the event id and need no row of their own.</summary>
internal static class DerivedSubject
{
    /// <summary>True where a subject is one for this event id; both in UTF-8.</summary>
    public static bool Is(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> eventId) =>
        subject.IndexOf((byte)':') is var colon and >= 0 && subject[(colon + 1)..].SequenceEqual(eventId);

    /// <summary>True where a subject is one for this event id.</summary>
    public static bool Is(string subject, string eventId) => FindEventId(subject) == eventId;

    /// <summary>The event id that a subject would be one for, or null.</summary>
    public static string? FindEventId(string subject) =>
        subject.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? subject[(colon + 1)..] : null;
}
