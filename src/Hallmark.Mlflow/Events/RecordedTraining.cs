using System.Collections.Immutable;
using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Events;

/// <summary>A training event and its dataset events that the ledger holds.</summary>
/// <param name="Training">What was sealed.</param>
/// <param name="Entry">Where the training event stands in the ledger.</param>
/// <param name="Datasets">Where the dataset events stand, in the order of the inputs.</param>
public sealed record RecordedTraining(PreparedTraining Training, LoggedEntry Entry, ImmutableArray<LoggedEntry> Datasets);
