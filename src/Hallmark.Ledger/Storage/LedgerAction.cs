namespace Hallmark.Ledger.Storage;

/// <summary>A write that is not an append: a checkpoint, a change in the outbox.</summary>
internal sealed class LedgerAction<T>(Func<LedgerStatements, T> action) : LedgerWrite
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    /// <summary>Ends when the transaction is on disk.</summary>
    public Task<T> Task => _completion.Task;

    /// <inheritdoc />
    public override void Apply(LedgerStatements statements) => _result = action(statements);

    /// <inheritdoc />
    public override void Complete() => _completion.TrySetResult(_result!); // set by Apply, which comes first

    /// <inheritdoc />
    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}
