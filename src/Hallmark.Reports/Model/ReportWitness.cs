namespace Hallmark.Reports.Model;

/// <summary>A witness, or a place that is not one.</summary>
/// <param name="World">Which: <c>arweave</c>, <c>this machine's ledger</c>.</param>
/// <param name="State">Its state in words.</param>
/// <param name="Proves">What it proves.</param>
/// <param name="Trust">Whom one must trust for that.</param>
public sealed record ReportWitness(string World, string State, string Proves, string Trust);
