namespace Hallmark.Ledger.Storage;

/// <summary>Where changes to a ledger's database go that are no appends: each is on disk when it is answered.</summary>
internal interface ILedgerWrites
{
    /// <summary>Runs an action in a transaction on the writing thread, and waits until it is on disk.</summary>
    Task<T> RunAsync<T>(Func<LedgerStatements, T> action);
}
