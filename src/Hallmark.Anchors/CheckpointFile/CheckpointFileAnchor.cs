using System.Globalization;
using Hallmark.Core.Anchoring;
using Hallmark.Files;

namespace Hallmark.Anchors.CheckpointFile;

/// <summary>
/// Writes each checkpoint as a file of its own, <c>checkpoint-&lt;size&gt;.txt</c>, into a folder of the user's choice: a share, a mounted write-once bucket, a disk
/// that leaves the building. Files are made once and never written again; where one exists with other bytes, that is evidence of a rewrite, and an error.
/// </summary>
/// <remarks>
/// It is an outside witness only as far as whoever holds the ledger cannot write to that folder, which this program cannot know:
/// <see cref="IsOutsideWitness"/> is therefore false. Who controls the folder can delete checkpoints, but cannot make new ones: they are signed.
/// </remarks>
public sealed class CheckpointFileAnchor(string name, string folder, TimeProvider time) : IAnchor
{
    /// <summary>The name of this kind of world in receipts.</summary>
    public const string WorldName = "checkpoint-file";

    internal const string NetworkName = "local";

    // Checkpoints are for everybody; the umask may say otherwise.
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public string World => WorldName;

    /// <inheritdoc />
    public AnchorTarget Target => AnchorTarget.Checkpoint;

    /// <summary>Where the files are written.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <inheritdoc />
    public bool IsOutsideWitness => false;

    /// <inheritdoc />
    public Task<AnchorReceipt> PrepareAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var size = submission.TreeSize ?? throw new ArgumentException("Only checkpoints are written to files.", nameof(submission));
        return Task.FromResult(
            new AnchorReceipt
            {
                Anchor = Name,
                World = World,
                Network = NetworkName,
                Target = Target,
                Digest = submission.Digest,
                TreeSize = size,
                State = ReceiptState.Prepared,
                Reference = PathOf(size),
                PreparedAt = time.GetUtcNow(),
                Proof = CheckpointNote.Write(submission.Content.Span),
            }
        );
    }

    /// <inheritdoc />
    /// <exception cref="CheckpointConflictException">The folder already holds another checkpoint of that size.</exception>
    public async Task<AnchorReceipt> SubmitAsync(AnchorReceipt prepared, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        var note = CheckpointNote.Read(prepared);
        var size = prepared.TreeSize!.Value; // ! prepared above
        var path = PathOf(size);
        RequireFolder();
        try
        {
            if (!NewFile.TryCreate(path, note, FileMode))
            {
                await RequireSameAsync(path, size, note, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AnchorUnavailableException(
                $"anchor \"{Name}\" cannot write {path}: {fault.Message}",
                fault,
                "check that the folder is mounted and writable"
            );
        }

        return prepared with
        {
            State = ReceiptState.Final,
            Reference = path,
            SubmittedAt = time.GetUtcNow(),
        };
    }

    /// <inheritdoc />
    public Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        RequireFolder();
        return Task.FromResult(
            File.Exists(receipt.Reference) ? receipt : receipt with { State = ReceiptState.Rejected, Remark = "the file is gone" }
        );
    }

    /// <inheritdoc />
    public Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Folder))
        {
            return Task.FromResult(new AnchorStatus(IsReachable: false, $"the folder {Folder} does not exist"));
        }

        long? last = Directory.EnumerateFiles(Folder, "checkpoint-*.txt").Select(SizeOf).Max();
        return Task.FromResult(
            new AnchorStatus(
                IsReachable: true,
                last is null ? $"{Folder} holds no checkpoint yet" : $"{Folder} holds checkpoints up to {last} entries"
            )
        );
    }

    private static long? SizeOf(string path) =>
        long.TryParse(
            Path.GetFileNameWithoutExtension(path)["checkpoint-".Length..],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var size
        )
            ? size
            : null;

    private static async Task RequireSameAsync(string path, long size, ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
    {
        var isSame = new FileInfo(path).Length == note.Length;
        if (isSame)
        {
            var there = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            isSame = note.Span.SequenceEqual(there);
        }

        if (!isSame)
        {
            throw new CheckpointConflictException(path, size);
        }
    }

    private string PathOf(long size) => Path.Combine(Folder, CheckpointNote.FileName(size));

    private void RequireFolder()
    {
        if (!Directory.Exists(Folder))
        {
            throw new AnchorUnavailableException(
                $"anchor \"{Name}\": the folder {Folder} does not exist",
                $"make it, or mount what should be there: mkdir -p {Folder}"
            );
        }
    }
}
