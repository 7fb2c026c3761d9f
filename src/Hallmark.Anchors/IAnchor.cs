namespace Hallmark.Anchors;

/// <summary>A place outside the ledger that takes digests and remembers them. Nothing is ever faked: what is unreachable throws, and the work stays in the outbox.</summary>
public interface IAnchor
{
    /// <summary>The name the user gave it in the settings.</summary>
    string Name { get; }

    /// <summary>True where the place is outside the control of whoever holds the ledger; only then may a verdict call it a witness.</summary>
    bool IsOutsideWitness { get; }

    /// <summary>Hands a checkpoint over; the same one twice is one submission, also after a crash in between.</summary>
    /// <exception cref="AnchorUnavailableException">The place does not answer, or is not set up; nothing was submitted.</exception>
    Task<AnchorReceipt> SubmitAsync(AnchorSubmission submission, CancellationToken cancellationToken);

    /// <summary>Asks how a submission stands now.</summary>
    /// <exception cref="AnchorUnavailableException">The place does not answer.</exception>
    Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken);

    /// <summary>Whether the place can be reached, and what it last took.</summary>
    Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken);
}
