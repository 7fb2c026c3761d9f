namespace Hallmark.Ledger.Storage;

/// <summary>The ledger's lock stays in this process until this is disposed of.</summary>
internal sealed class LedgerHold(LedgerWriter writer) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => writer.Release(this);
}
