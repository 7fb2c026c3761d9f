namespace Hallmark.Reports.Model;

/// <summary>One fact of a record.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Value">Its value as text.</param>
/// <param name="IsCode">True for hashes, ids and other text that is set in a fixed-width font.</param>
public sealed record ReportFact(string Label, string Value, bool IsCode = false);
