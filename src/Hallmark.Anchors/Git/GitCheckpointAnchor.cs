using System.Globalization;
using Hallmark.Anchors.CheckpointFile;
using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.Git;

/// <summary>
/// Commits each checkpoint as a file of its own to a branch, and pushes the branch where a remote is set: never by force, and never another checkpoint of the same size.
/// Whoever clones the remote holds every checkpoint, and would see a rewrite.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="time">The clock.</param>
public sealed class GitCheckpointAnchor(GitAnchorOptions options, TimeProvider time) : IAnchor
{
    /// <summary>The name of this kind of world in receipts.</summary>
    public const string WorldName = "git";

    /// <summary>What receipts give as network where nothing is pushed.</summary>
    public const string LocalNetwork = "local";

    private const int MaxRaces = 20;
    private const string LocallyRefused = "the branch moved or is locked";
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(100);
    private readonly GitRepository _repository = new(options.Folder, options.Timeout, options.AllowPlainHttp);

    /// <inheritdoc />
    public string Name => options.Name;

    /// <inheritdoc />
    public string World => WorldName;

    /// <inheritdoc />
    public AnchorTarget Target => AnchorTarget.Checkpoint;

    /// <summary>True where a remote is set: what was pushed cannot be taken back unseen. A receipt whose remote is on this machine's disks is still not called a witness.</summary>
    public bool IsOutsideWitness => options.Remote is not null;

    // Where the remote's branch is kept in this repository.
    private string Tracked => "refs/hallmark/" + options.Branch;

    private string Place => $"{options.Remote ?? options.Folder} branch {options.Branch}";

    /// <inheritdoc />
    public async Task<AnchorReceipt> PrepareAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var size = submission.TreeSize ?? throw new ArgumentException("Only checkpoints are committed to Git.", nameof(submission));
        await _repository.RequireAsync(cancellationToken).ConfigureAwait(false);
        var network = options.Remote is null
            ? LocalNetwork
            : GitRemote.WithoutCredentials(await _repository.ReadAddressAsync(options.Remote, cancellationToken).ConfigureAwait(false));
        return new AnchorReceipt
        {
            Anchor = Name,
            World = World,
            Network = network.Length <= 256 ? network : throw new AnchorUnavailableException("the Git remote's address is too long"),
            Target = Target,
            Digest = submission.Digest,
            TreeSize = size,
            State = ReceiptState.Prepared,
            PreparedAt = time.GetUtcNow(),
            Proof = new GitCheckpointProof { Note = submission.Content.ToArray() }.ToJson(),
        };
    }

    /// <inheritdoc />
    /// <exception cref="CheckpointConflictException">The branch already holds another checkpoint of that size.</exception>
    public async Task<AnchorReceipt> SubmitAsync(AnchorReceipt prepared, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        if (prepared.State is not ReceiptState.Prepared)
        {
            return prepared;
        }

        var proof = GitCheckpointProof.Read(prepared);
        var size = prepared.TreeSize ?? throw new ArgumentException("Only checkpoints are committed to Git.", nameof(prepared));
        await _repository.RequireAsync(cancellationToken).ConfigureAwait(false);
        if (await _repository.FindTargetAsync(options.BranchReference, cancellationToken).ConfigureAwait(false) is { } target)
        {
            throw new AnchorUnavailableException(
                $"the branch {options.Branch} of {options.Folder} is another name for {target}, which would move with it",
                "give the checkpoints a branch of their own"
            );
        }

        if (await _repository.IsCheckedOutAsync(options.BranchReference, cancellationToken).ConfigureAwait(false))
        {
            throw new AnchorUnavailableException(
                $"the branch {options.Branch} of {options.Folder} is checked out, and moving it would confuse the work tree",
                "give the checkpoints a branch of their own"
            );
        }

        var commit = await CommitAsync(prepared, size, proof.Note, cancellationToken).ConfigureAwait(false);
        proof = await CompleteAsync(proof, commit, size, cancellationToken).ConfigureAwait(false);
        return prepared with { State = ReceiptState.Final, Reference = commit, SubmittedAt = time.GetUtcNow(), Proof = proof.ToJson() };
    }

    /// <inheritdoc />
    public async Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (receipt.State is not ReceiptState.Final || receipt.Reference is not { } commit)
        {
            return receipt;
        }

        await _repository.RequireAsync(cancellationToken).ConfigureAwait(false);
        var tip = await FindTipAsync(cancellationToken).ConfigureAwait(false);
        return tip is not null && await _repository.IsAncestorAsync(commit, tip, cancellationToken).ConfigureAwait(false)
            ? receipt
            : receipt with
            {
                State = ReceiptState.Rejected,
                Remark = $"the commit is no longer on {Place}",
            };
    }

    /// <inheritdoc />
    public async Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _repository.RequireAsync(cancellationToken).ConfigureAwait(false);
            var tip = options.Remote is { } remote
                ? await _repository.FindRemoteAsync(remote, options.BranchReference, cancellationToken).ConfigureAwait(false)
                : await _repository.FindAsync(options.BranchReference, cancellationToken).ConfigureAwait(false);
            return new AnchorStatus(IsReachable: true, tip is null ? $"{Place} holds no checkpoint yet" : $"{Place} is at {tip}");
        }
        catch (AnchorUnavailableException fault)
        {
            return new AnchorStatus(IsReachable: false, fault.Message);
        }
    }

    // Whoever else commits to the branch meanwhile makes the last step fail; then it is done again on top of what they made.
    private async Task<string> CommitAsync(AnchorReceipt prepared, long size, byte[] note, CancellationToken cancellationToken)
    {
        var path = string.Join('/', GitCheckpointPath.Of(size));
        var message = string.Create(CultureInfo.InvariantCulture, $"Checkpoint of {size} entries\n\n{prepared.Digest}");
        for (var race = 1; ; race++)
        {
            var tip = await FindTipAsync(cancellationToken).ConfigureAwait(false);
            if (tip is not null && await _repository.FindFileAsync(tip, path, cancellationToken).ConfigureAwait(false) is { } there)
            {
                return there.AsSpan().SequenceEqual(note)
                    ? await _repository.ReadCommitOfAsync(tip, path, cancellationToken).ConfigureAwait(false)
                    : throw new CheckpointConflictException(Place, size);
            }

            var commit = await _repository
                .CommitFileAsync(tip, path, note, message, prepared.PreparedAt, cancellationToken)
                .ConfigureAwait(false);
            var fault = await PublishAsync(commit, tip, cancellationToken).ConfigureAwait(false);
            if (fault is null)
            {
                return commit;
            }

            // Where somebody else holds the branch's lock, the tip has not moved yet.
            var isLocked = fault.Contains("cannot lock ref", StringComparison.Ordinal) || fault == LocallyRefused;
            if (race >= MaxRaces || (!isLocked && await FindTipAsync(cancellationToken).ConfigureAwait(false) == tip))
            {
                throw new AnchorUnavailableException($"{Place} does not take the checkpoint: {fault}");
            }

            if (isLocked)
            {
                await Task.Delay(LockPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // What the branch is at, as the remote says where there is one. Its objects are here then.
    private async Task<string?> FindTipAsync(CancellationToken cancellationToken)
    {
        if (options.Remote is not { } remote)
        {
            return await _repository.FindAsync(options.BranchReference, cancellationToken).ConfigureAwait(false);
        }

        if (await _repository.FindRemoteAsync(remote, options.BranchReference, cancellationToken).ConfigureAwait(false) is null)
        {
            // Commits that were made before the remote was set go along.
            return await _repository.FindAsync(options.BranchReference, cancellationToken).ConfigureAwait(false);
        }

        await _repository.FetchAsync(remote, options.BranchReference, Tracked, cancellationToken).ConfigureAwait(false);
        return await _repository.FindAsync(Tracked, cancellationToken).ConfigureAwait(false)
            ?? throw new AnchorUnavailableException($"{Place} holds no commit");
    }

    private async Task<string?> PublishAsync(string commit, string? tip, CancellationToken cancellationToken)
    {
        if (options.Remote is not { } remote)
        {
            return await _repository.TryMoveAsync(options.BranchReference, commit, tip, cancellationToken).ConfigureAwait(false)
                ? null
                : LocallyRefused;
        }

        var (isTaken, error) = await _repository
            .TryPushAsync(remote, commit, options.BranchReference, cancellationToken)
            .ConfigureAwait(false);
        if (!isTaken)
        {
            return error;
        }

        // The remote has it; the branch here follows where nothing on it would be lost.
        var local = await _repository.FindAsync(options.BranchReference, cancellationToken).ConfigureAwait(false);
        if (local is null || await _repository.IsAncestorAsync(local, commit, cancellationToken).ConfigureAwait(false))
        {
            _ = await _repository.TryMoveAsync(options.BranchReference, commit, local, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<GitCheckpointProof> CompleteAsync(
        GitCheckpointProof proof,
        string commit,
        long size,
        CancellationToken cancellationToken
    )
    {
        var trees = new List<byte[]>();
        var name = commit + "^{tree}";
        foreach (var part in GitCheckpointPath.Of(size))
        {
            trees.Add(await _repository.ReadObjectAsync("tree", name, cancellationToken).ConfigureAwait(false));
            name =
                GitObjects.FindEntry(trees[^1], part, commit.Length)
                ?? throw new AnchorUnavailableException($"the commit {commit} does not hold {part}");
        }

        proof = proof with
        {
            Commit = await _repository.ReadObjectAsync("commit", commit, cancellationToken).ConfigureAwait(false),
            Trees = trees,
        };
        return !proof.IsSmallEnough
                ? throw new AnchorUnavailableException(
                    "the branch's folders are too large for a receipt",
                    "give the checkpoints a branch of their own"
                )
            : proof.FindFault(commit, size) is { } fault
                ? throw new AnchorUnavailableException($"{Place} gave back something else: {fault}")
            : proof;
    }
}
