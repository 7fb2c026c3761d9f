using Hallmark.Core.Events;
using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Storage;

/// <summary>A submission that was checked, with what the writing thread needs of it.</summary>
internal sealed class CheckedAppend
{
    private readonly EventSubmission _submission;
    private readonly ReadOnlyMemory<byte> _envelope;
    private readonly TreeHash _leaf;
    private readonly byte[] _payloadHash;
    private readonly EntryNames _names;

    /// <exception cref="Core.Failures.BadInputException">The submission is too large, or its parts do not fit each other.</exception>
    /// <param name="submission">The submission.</param>
    /// <param name="isHandover">True where the ledger itself hands over its key.</param>
    public CheckedAppend(EventSubmission submission, bool isHandover = false)
    {
        _payloadHash = SubmissionCheck.Check(submission, out var namesEventId);
        if (!isHandover)
        {
            SubmissionCheck.RefuseHandover(submission);
        }

        _submission = submission;

        // What was sealed here belongs to nobody else; other bytes might still be changed by whoever handed them in.
        _envelope = submission.IsSealedTogether ? submission.Envelope : submission.Envelope.ToArray();
        _leaf = MerkleHash.Leaf(_envelope.Span);
        _names = EntryNames.Of(submission.EventId, _leaf, namesEventId, _payloadHash, submission.SubjectKey);
    }

    /// <summary>Writes the entry, or finds the one that is there.</summary>
    /// <exception cref="EventIdTakenException">The event id stands in the ledger with another envelope; nothing was written.</exception>
    /// <exception cref="ChainMovedException">The chain has another head; nothing was written.</exception>
    public AppendOutcome Apply(LedgerStatements statements)
    {
        if (statements.FindTwin(_submission.EventId, _leaf, _names) is { } twin)
        {
            return twin.Leaf == _leaf
                ? AppendOutcome.Logged(twin.Entry, isNew: false)
                : throw new EventIdTakenException(_submission.EventId, twin.Entry.Index);
        }

        if (_submission.Chain is { } chain)
        {
            var head = statements.FindChainHead(chain.Chain);
            if (head != chain.ExpectedHead)
            {
                throw new ChainMovedException(chain.Chain, head);
            }
        }

        var index = statements.NextIndex;
        statements.InsertEntry(_leaf, _submission, _payloadHash, _envelope.Span, _names);
        return AppendOutcome.Logged(
            new LoggedEntry(
                index,
                _envelope,
                _submission.Record,
                _submission.EventId,
                _submission.EventType,
                _submission.PayloadHash,
                _submission.SubjectKey,
                UnixTime.FromMicroseconds(statements.Now)
            ),
            isNew: true
        );
    }
}
