using System.Globalization;

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
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <summary>Where the files are written.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <inheritdoc />
    public bool IsOutsideWitness => false;

    /// <inheritdoc />
    /// <exception cref="CheckpointConflictException">The folder already holds another checkpoint of that size.</exception>
    public async Task<AnchorReceipt> SubmitAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        var path = PathOf(submission.TreeSize);
        RequireFolder();
        try
        {
            if (!await HasWrittenAsync(path, submission.SignedNote, cancellationToken).ConfigureAwait(false))
            {
                await RequireSameAsync(path, submission, cancellationToken).ConfigureAwait(false);
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

        return new AnchorReceipt(Name, AnchorReceiptState.Confirmed, path, time.GetUtcNow());
    }

    /// <inheritdoc />
    public Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        RequireFolder();
        return Task.FromResult(
            receipt with
            {
                State = File.Exists(receipt.Reference) ? AnchorReceiptState.Confirmed : AnchorReceiptState.Failed,
            }
        );
    }

    /// <inheritdoc />
    public Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Folder))
        {
            return Task.FromResult(new AnchorStatus(IsReachable: false, LastTreeSize: null, $"the folder {Folder} does not exist"));
        }

        long? last = Directory.EnumerateFiles(Folder, "checkpoint-*.txt").Select(SizeOf).Max();
        return Task.FromResult(
            new AnchorStatus(
                IsReachable: true,
                last,
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

    // Written under a name of its own, flushed, then moved to its final name: nobody ever sees half a file. File.Move looks for the name first and renames then;
    // what keeps two writers of one ledger apart in between is that only the holder of the ledger's lock drains its outbox, and each ledger has a folder of its own.
    private static async Task<bool> HasWrittenAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            return false;
        }

        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }
    }

    private static async Task RequireSameAsync(string path, AnchorSubmission submission, CancellationToken cancellationToken)
    {
        var isSame = new FileInfo(path).Length == submission.SignedNote.Length;
        if (isSame)
        {
            var there = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            isSame = submission.SignedNote.Span.SequenceEqual(there);
        }

        if (!isSame)
        {
            throw new CheckpointConflictException(path, submission.TreeSize);
        }
    }

    private string PathOf(long size) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{size:D12}.txt"));

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
