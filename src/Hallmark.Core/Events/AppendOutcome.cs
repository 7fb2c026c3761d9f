using System.Diagnostics.CodeAnalysis;
using Hallmark.Core.Failures;

namespace Hallmark.Core.Events;

/// <summary>What came of one submission of several that were appended together: it stands in the log, or it was refused and nothing of it was written.</summary>
/// <param name="Entry">Where it stands, durable; null where it was refused.</param>
/// <param name="Refusal">Why it does not; null where it stands.</param>
/// <param name="IsNew">False where the same envelope stood there before: nothing was added.</param>
public readonly record struct AppendOutcome(LoggedEntry? Entry, HallmarkException? Refusal, bool IsNew)
{
    /// <summary>True where the entry is on disk.</summary>
    [MemberNotNullWhen(true, nameof(Entry))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsLogged => Entry is not null;

    /// <summary>It stands.</summary>
    public static AppendOutcome Logged(LoggedEntry entry, bool isNew) => new(entry, null, isNew);

    /// <summary>It was refused.</summary>
    public static AppendOutcome Refused(HallmarkException refusal) => new(null, refusal, false);
}
