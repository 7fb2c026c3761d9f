using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors.CheckpointFile;

/// <summary>Checks receipts of <see cref="CheckpointFileAnchor"/>. Never an outside witness: nobody but the ledger's owner need have seen the file.</summary>
public sealed class CheckpointFileReceiptVerifier : IReceiptVerifier
{
    /// <inheritdoc />
    public string World => CheckpointFileAnchor.WorldName;

    /// <inheritdoc />
    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        var checks = new ReceiptCheckList();
        _ = RunOffline(receipt, content, checks);
        return Describe(receipt, checks, isThere: false);
    }

    /// <inheritdoc />
    /// <remarks>Reads the file that the receipt names, and no other: its name must be the one that such files have.</remarks>
    public async Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var checks = new ReceiptCheckList();
        var note = RunOffline(receipt, content, checks);
        if (note is null || checks.HasFailed || receipt.Reference is not { } path)
        {
            return Describe(receipt, checks, isThere: false);
        }

        try
        {
            var isSame =
                new FileInfo(path).Length == note.Length
                && (await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(note);
            checks.Decide("file", isSame ? null : ("another_file", $"{path} holds something else now"), $"{path} holds the checkpoint");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            checks.OutOfReach("file", $"{path} cannot be read: {fault.Message}");
        }

        return Describe(receipt, checks, isThere: true);
    }

    private byte[]? RunOffline(AnchorReceipt receipt, ReadOnlyMemory<byte> content, ReceiptCheckList checks)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var note = CheckpointChecks.Run(receipt, content, World, CheckpointFileAnchor.NetworkName, checks);
        if (note is not null)
        {
            checks.Decide(
                "receipt",
                receipt.Proof.Count == 1
                && receipt.Reference is { } path
                && Path.IsPathFullyQualified(path)
                && Path.GetFileName(path) == CheckpointNote.FileName(receipt.TreeSize!.Value) // ! asked above
                    ? null
                    : ("claims_differ", "the receipt does not name the file of its checkpoint"),
                "the receipt names the file of its checkpoint"
            );
        }

        return note;
    }

    private Witness Describe(AnchorReceipt receipt, ReceiptCheckList checks, bool isThere)
    {
        var asked = checks.ToImmutable();
        var isFound = isThere && asked.Any(static check => check is { Name: "file", Outcome: CheckOutcome.Passed });
        return new Witness
        {
            Anchor = receipt.Anchor,
            World = World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = receipt.State is ReceiptState.Final && !isFound ? ReceiptState.Submitted : receipt.State,
            IsOutside = false,
            Checks = asked,
            Trust = "whoever can write to the folder: the file proves no time, and the ledger's owner may be the one",
            Reference = receipt.Reference,
            Remark = receipt.Remark,
        };
    }
}
