using Hallmark.Core.Notes;

namespace Hallmark.Ledger.Storage;

/// <summary>Who a ledger is; fixed when it is made.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Key">Verifies its checkpoints.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record LedgerIdentity(string Origin, NoteVerifierKey Key, DateTimeOffset CreatedAt);
