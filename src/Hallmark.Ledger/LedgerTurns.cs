using Hallmark.Ledger.Outbox;
using Hallmark.Ledger.Receipts;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger;

/// <summary>
/// The outbox and the receipts of a ledger that is opened to write for each change only, and given back after it: what takes long in between, an upload for example, keeps
/// no other process from writing. Changes that come at the same time share one opening. Safe for use by several threads.
/// </summary>
public sealed class LedgerTurns : ILedgerWrites, IDisposable
{
    private readonly Func<Task<EventLedger>> _open;
    private readonly Func<ValueTask> _giveBack;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private EventLedger? _ledger; // guarded by _gate
    private int _users; // guarded by _gate

    /// <summary>Makes the turns; nothing is opened yet.</summary>
    /// <param name="reader">Answers questions, without a lock.</param>
    /// <param name="open">Opens the ledger, waiting for another process that writes.</param>
    /// <param name="giveBack">Closes it, so that the next process can write.</param>
    public LedgerTurns(LedgerReader reader, Func<Task<EventLedger>> open, Func<ValueTask> giveBack)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (_open, _giveBack) = (open, giveBack);
        Outbox = new LedgerOutbox(this, reader.Outbox);
        Receipts = new LedgerReceipts(this, reader.Receipts);
    }

    /// <summary>Work that became durable with entries and checkpoints and is still to be done.</summary>
    public LedgerOutbox Outbox { get; }

    /// <summary>What anchors gave back.</summary>
    public LedgerReceipts Receipts { get; }

    /// <inheritdoc />
    async Task<T> ILedgerWrites.RunAsync<T>(Func<LedgerStatements, T> action)
    {
        var ledger = await EnterAsync().ConfigureAwait(false);
        try
        {
            return await ledger.Writes.RunAsync(action).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    /// <summary>To be called when no change is under way any more; nothing is open then.</summary>
    public void Dispose() => _gate.Dispose();

    private async Task<EventLedger> EnterAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _ledger ??= await _open().ConfigureAwait(false);
            _users++;
            return _ledger;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task LeaveAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (--_users == 0)
            {
                _ledger = null;
                await _giveBack().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
