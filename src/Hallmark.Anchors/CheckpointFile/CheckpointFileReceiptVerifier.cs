using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.CheckpointFile;

/// <summary>Checks receipts of <see cref="CheckpointFileAnchor"/>. Never an outside witness: nobody but the ledger's owner need have seen the file.</summary>
/// <param name="folder">The anchor's folder; a receipt that names a file elsewhere is refused live, so that none makes this program read what it likes. Null where there is none to look into.</param>
public sealed class CheckpointFileReceiptVerifier(string? folder) : IReceiptVerifier
{
    private readonly string? _folder = folder is null ? null : Path.GetFullPath(folder);

    /// <inheritdoc />
    public string World => CheckpointFileAnchor.WorldName;

    /// <inheritdoc />
    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        var checks = new ReceiptCheckList();
        _ = RunOffline(receipt, content, checks);
        return Describe(receipt, checks);
    }

    /// <inheritdoc />
    /// <remarks>Reads the file that the receipt names, where it lies in the folder.</remarks>
    public async Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var checks = new ReceiptCheckList();
        var note = RunOffline(receipt, content, checks);
        if (note is not null && !checks.HasFailed)
        {
            await AskFileAsync(receipt.Reference!, note, checks, cancellationToken).ConfigureAwait(false); // ! asked offline
        }

        return Describe(receipt, checks);
    }

    private async Task AskFileAsync(string path, byte[] note, ReceiptCheckList checks, CancellationToken cancellationToken)
    {
        if (_folder is null || !Directory.Exists(_folder))
        {
            checks.OutOfReach("file", $"the folder {_folder ?? "of the file"} is not there to look into");
        }
        else if (Path.GetDirectoryName(Path.GetFullPath(path)) != _folder)
        {
            checks.Fail("file", "elsewhere", $"the receipt names a file that is not in {_folder}");
        }
        else if (!File.Exists(path))
        {
            checks.Fail("file", "gone", $"{path} is gone");
        }
        else
        {
            await AskBytesAsync(path, note, checks, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task AskBytesAsync(string path, byte[] note, ReceiptCheckList checks, CancellationToken cancellationToken)
    {
        try
        {
            var isSame =
                new FileInfo(path).Length == note.Length
                && (await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(note);
            checks.Decide(
                "file",
                isSame ? null : ("differs", $"{path} holds something else"),
                $"{path} holds this checkpoint, byte for byte"
            );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            checks.OutOfReach("file", $"{path} cannot be read: {fault.Message}");
        }
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

    private Witness Describe(AnchorReceipt receipt, ReceiptCheckList checks) =>
        new()
        {
            Anchor = receipt.Anchor,
            World = World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = receipt.State,
            IsOutside = false,
            Checks = checks.ToImmutable(),
            Trust = "whoever may write to the folder, and that its disk was out of the ledger owner's hands: the file proves no time",
            Reference = receipt.Reference,
            Remark = receipt.Remark,
        };
}
