using Hallmark.Core.Events;

namespace Hallmark.Ledger.Storage;

/// <summary>One append.</summary>
internal sealed class AppendWrite(CheckedAppend append) : LedgerWrite
{
    private readonly TaskCompletionSource<LoggedEntry> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoggedEntry? _entry;

    /// <summary>Ends when the entry is on disk.</summary>
    public Task<LoggedEntry> Task => _completion.Task;

    /// <inheritdoc />
    public override void Apply(LedgerStatements statements) => _entry = append.Apply(statements).Entry;

    /// <inheritdoc />
    public override void Complete() => _completion.TrySetResult(_entry!); // set by Apply, which comes first

    /// <inheritdoc />
    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}
