using System.Collections.Immutable;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.CheckpointFile;

/// <summary>
/// Checks receipts of <see cref="CheckpointFileAnchor"/>. There is nothing in one that a stranger could check: it says that a file was written. Live, the file is read
/// again. It never counts as an outside witness.
/// </summary>
/// <param name="folder">The anchor's folder; a receipt that names a file elsewhere is refused, so that none makes this program read what it likes.</param>
public sealed class CheckpointFileVerifier(string folder) : IReceiptVerifier
{
    private readonly string _folder = Path.GetFullPath(folder);

    /// <inheritdoc />
    public string World => CheckpointFileAnchor.WorldName;

    /// <inheritdoc />
    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content) => Describe(receipt, [CheckDigest(receipt, content)]);

    /// <inheritdoc />
    public async Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Describe(receipt, [CheckDigest(receipt, content), await CheckFileAsync(receipt, content, cancellationToken).ConfigureAwait(false)]);

    private static Witness Describe(AnchorReceipt receipt, ImmutableArray<Check> checks) =>
        new()
        {
            Anchor = receipt.Anchor,
            World = receipt.World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = receipt.State,
            IsOutside = false,
            Checks = checks,
            Trust = "whoever may write to the folder, and that its disk was out of the ledger owner's hands",
            Reference = receipt.Reference,
            Remark = receipt.Remark,
        };

    private static Check CheckDigest(AnchorReceipt receipt, ReadOnlyMemory<byte> content) =>
        Digest.Compute(DigestAlgorithm.Sha256, content.Span) == receipt.Digest
            ? Answer(CheckOutcome.Passed, "receipt_digest", reason: null, "the receipt is for this checkpoint")
            : Answer(CheckOutcome.Failed, "receipt_digest", "digest_differs", "the receipt is for another checkpoint");

    private async Task<Check> CheckFileAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (receipt.Reference is not { } path || Path.GetDirectoryName(Path.GetFullPath(path)) != _folder)
        {
            return Answer(CheckOutcome.Failed, "file", "elsewhere", $"the receipt names a file that is not in {_folder}");
        }

        try
        {
            if (!File.Exists(path))
            {
                return Directory.Exists(_folder)
                    ? Answer(CheckOutcome.Failed, "file", "gone", $"{path} is gone")
                    : Answer(CheckOutcome.NotRun, "file", "out_of_reach", $"the folder {_folder} is not there now") with
                    {
                        IsOutOfReach = true,
                    };
            }

            var there =
                new FileInfo(path).Length == content.Length
                    ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)
                    : [];
            return content.Span.SequenceEqual(there)
                ? Answer(CheckOutcome.Passed, "file", reason: null, $"{path} holds this checkpoint, byte for byte")
                : Answer(CheckOutcome.Failed, "file", "differs", $"{path} holds something else");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Answer(CheckOutcome.NotRun, "file", "out_of_reach", $"{path} cannot be read: {fault.Message}") with
            {
                IsOutOfReach = true,
            };
        }
    }

    private static Check Answer(CheckOutcome outcome, string name, string? reason, string detail) =>
        new()
        {
            Name = name,
            Outcome = outcome,
            Reason = reason,
            Detail = detail,
        };
}
