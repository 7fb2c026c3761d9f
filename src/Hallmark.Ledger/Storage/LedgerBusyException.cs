using Hallmark.Core.Failures;

namespace Hallmark.Ledger.Storage;

/// <summary>Another process writes the ledger, and did not give it in time. Nothing was written.</summary>
internal sealed class LedgerBusyException(string message, params string[] hints) : UnavailableException(message, hints);
