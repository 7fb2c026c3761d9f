using Hallmark.Core.Events;
using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Storage;

/// <summary>One append.</summary>
internal sealed class AppendWrite(EventSubmission submission, byte[] envelope, TreeHash leaf, byte[] payloadHash) : LedgerWrite
{
    private readonly TaskCompletionSource<LoggedEntry> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoggedEntry? _entry;

    /// <summary>Ends when the entry is on disk.</summary>
    public Task<LoggedEntry> Task => _completion.Task;

    /// <inheritdoc />
    public override void Apply(LedgerStatements statements)
    {
        if (statements.FindTwin(submission.EventId, leaf) is { } twin)
        {
            _entry = twin.Leaf == leaf ? twin.Entry : throw new EventIdTakenException(submission.EventId, twin.Entry.Index);
            return;
        }

        if (submission.Chain is { } chain)
        {
            var head = statements.FindChainHead(chain.Chain);
            if (head != chain.ExpectedHead)
            {
                throw new ChainMovedException(chain.Chain, head);
            }
        }

        var index = statements.NextIndex;
        var loggedAt = statements.Now;
        statements.InsertEntry(leaf, submission, payloadHash, envelope);
        _entry = new LoggedEntry(
            index,
            envelope,
            submission.Record,
            submission.EventId,
            submission.EventType,
            submission.PayloadHash,
            submission.SubjectKey,
            UnixTime.FromMicroseconds(loggedAt)
        );
    }

    /// <inheritdoc />
    public override void Complete() => _completion.TrySetResult(_entry!); // set by Apply, which comes first

    /// <inheritdoc />
    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}
