using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Ledger.Storage;

/// <summary>Many appends in one transaction. One that is refused is left out; where the transaction fails, all of them do.</summary>
internal sealed class BatchWrite(IReadOnlyList<CheckedAppend> appends) : LedgerWrite
{
    private readonly TaskCompletionSource<AppendOutcome[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AppendOutcome[] _outcomes = new AppendOutcome[appends.Count];

    /// <summary>Ends when the entries are on disk.</summary>
    public Task<AppendOutcome[]> Task => _completion.Task;

    /// <inheritdoc />
    public override int Weight => appends.Count;

    /// <inheritdoc />
    public override void Apply(LedgerStatements statements)
    {
        for (var i = 0; i < _outcomes.Length; i++)
        {
            try
            {
                _outcomes[i] = appends[i].Apply(statements);
            }
            catch (HallmarkException refusal)
            {
                // Thrown before anything of it was written.
                _outcomes[i] = AppendOutcome.Refused(refusal);
            }
        }
    }

    /// <inheritdoc />
    public override void Complete() => _completion.TrySetResult(_outcomes);

    /// <inheritdoc />
    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}
