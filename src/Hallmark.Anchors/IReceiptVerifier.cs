using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors;

/// <summary>Checks the receipts of one kind of world. What is trusted (pinned addresses, roots, headers) is handed to the verifier when it is made, never taken from the receipt.</summary>
public interface IReceiptVerifier
{
    /// <summary>The kind of world whose receipts it checks.</summary>
    string World { get; }

    /// <summary>Checks a receipt from its own bytes and the content alone; opens no connection. Never throws on a receipt's proof: what is malformed is a failed check.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="content">The bytes that were handed over, whose SHA-256 is the receipt's digest.</param>
    Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content);

    /// <summary>Checks a receipt against the live world too.</summary>
    /// <returns>A witness; where the world does not answer, the check that needed it did not run.</returns>
    Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
