using Hallmark.Core.Failures;

namespace Hallmark.Ledger;

/// <summary>The event id stands in the ledger already, with another envelope. Nothing was written.</summary>
public sealed class EventIdTakenException(string eventId, long index)
    : BadInputException(
        $"the event id \"{eventId}\" stands in the ledger already, with another envelope (entry {index})",
        "give the event an id of its own"
    )
{
    /// <summary>Where the other envelope stands.</summary>
    public long Index { get; } = index;
}
