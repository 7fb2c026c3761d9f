using System.Collections.Immutable;
using Hallmark.Core.Checks;

namespace Hallmark.Reports.Model;

/// <summary>The checks on one event.</summary>
/// <param name="Heading">Which event.</param>
/// <param name="Checks">Its checks, in order; empty where the event was not recorded.</param>
/// <param name="EmptyText">What is said where there is no check.</param>
public sealed record ReportSection(string Heading, ImmutableArray<Check> Checks, string? EmptyText = null);
