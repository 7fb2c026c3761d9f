using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors;

/// <summary>
/// A place outside the ledger that takes digests and remembers them. Nothing is ever faked: what is unreachable throws, the work stays in the outbox and the receipt
/// stays as it was. A receipt is kept durably between the steps, so that after a crash the same bytes are sent again, and none where the place can tell that it has them.
/// </summary>
public interface IAnchor
{
    /// <summary>The name the user gave it in the settings.</summary>
    string Name { get; }

    /// <summary>The kind of world, as receipts name it.</summary>
    string World { get; }

    /// <summary>What this anchor takes.</summary>
    AnchorTarget Target { get; }

    /// <summary>True where the place is outside the control of whoever holds the ledger; only then may a verdict call it a witness.</summary>
    bool IsOutsideWitness { get; }

    /// <summary>Makes all that is to be sent (signed items, nonces, requests), without sending it.</summary>
    /// <returns>A receipt in the state <see cref="ReceiptState.Prepared"/>.</returns>
    /// <exception cref="AnchorUnavailableException">The anchor is not set up, for example because its wallet cannot be read.</exception>
    Task<AnchorReceipt> PrepareAsync(AnchorSubmission submission, CancellationToken cancellationToken);

    /// <summary>Sends what was prepared. The same receipt may come twice: where the place can tell that it has it, nothing is sent again.</summary>
    /// <returns>The receipt, submitted or further.</returns>
    /// <exception cref="AnchorUnavailableException">The place does not answer or wants something first; the receipt stays as it was.</exception>
    /// <exception cref="Core.Failures.BadInputException">The place refuses it for good.</exception>
    Task<AnchorReceipt> SubmitAsync(AnchorReceipt prepared, CancellationToken cancellationToken);

    /// <summary>Asks how a submission stands now.</summary>
    /// <returns>The receipt, with what is new; its <see cref="AnchorReceipt.RefreshAfter"/> says when to ask again.</returns>
    /// <exception cref="AnchorUnavailableException">The place does not answer.</exception>
    Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken);

    /// <summary>Whether the place can be reached, and what it says of the account that pays.</summary>
    Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken);
}
