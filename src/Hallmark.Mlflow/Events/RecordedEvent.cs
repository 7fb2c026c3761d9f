using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Events;

/// <summary>An event that the ledger holds.</summary>
/// <param name="Event">The event as it was sealed.</param>
/// <param name="Entry">Where it stands in the ledger.</param>
public sealed record RecordedEvent(PreparedEvent Event, LoggedEntry Entry);
