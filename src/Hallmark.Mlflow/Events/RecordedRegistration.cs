using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Events;

/// <summary>A registration event that the ledger holds.</summary>
/// <param name="Event">The event as it was sealed.</param>
/// <param name="Facts">What it records.</param>
/// <param name="Entry">Where it stands in the ledger.</param>
/// <param name="IsResumed">True where the version was there already without an event: an earlier attempt had made it.</param>
public sealed record RecordedRegistration(PreparedEvent Event, RegistrationFacts Facts, LoggedEntry Entry, bool IsResumed);
