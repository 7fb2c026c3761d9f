namespace Hallmark.Ledger.Storage;

/// <summary>Something that the writing thread does inside a transaction that it shares with others.</summary>
internal abstract class LedgerWrite
{
    /// <summary>How many appends it stands for, where one transaction is bounded.</summary>
    public virtual int Weight => 1;

    /// <summary>
    /// Writes. May come twice, when the first transaction was taken back. A <see cref="Core.Failures.HallmarkException"/> refuses this write alone, and must be thrown
    /// before anything was written.
    /// </summary>
    public abstract void Apply(LedgerStatements statements);

    /// <summary>The transaction is on disk.</summary>
    public abstract void Complete();

    /// <summary>Nothing was written.</summary>
    public abstract void Fail(Exception cause);
}
