namespace Hallmark.Ledger.Verification;

/// <summary>The first thing in a ledger that does not fit.</summary>
/// <param name="Index">The entry, where the fault can be laid at one; null for a fault of a checkpoint or of a whole file.</param>
/// <param name="EventId">The entry's event id as the database has it, or null.</param>
/// <param name="What">What differs, in one sentence without a final full stop.</param>
/// <param name="Expected">What it should be, or null.</param>
/// <param name="Found">What it is, or null.</param>
public sealed record LedgerFault(long? Index, string? EventId, string What, string? Expected = null, string? Found = null);
