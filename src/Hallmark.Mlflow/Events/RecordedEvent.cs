using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Events;

/// <summary>An event that the ledger holds.</summary>
/// <param name="Event">The event as it was sealed.</param>
/// <param name="Entry">Where it stands in the ledger.</param>
/// <param name="WasRecorded">True where an earlier call had recorded it: this one found it done and added nothing.</param>
public sealed record RecordedEvent(PreparedEvent Event, LoggedEntry Entry, bool WasRecorded = false);
