using Hallmark.Anchors.CheckpointFile;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Git;

/// <summary>
/// Checks receipts of <see cref="GitCheckpointAnchor"/>. From its own bytes a receipt shows which commit holds the checkpoint; anybody can make commits, so that only the
/// remote's own word that it has the commit makes it a witness.
/// </summary>
/// <param name="trust">Which remote and branch.</param>
public sealed class GitReceiptVerifier(GitTrust trust) : IReceiptVerifier
{
    private const string Fetched = "refs/hallmark/asked";

    /// <inheritdoc />
    public string World => GitCheckpointAnchor.WorldName;

    /// <inheritdoc />
    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var checks = new ReceiptCheckList();
        RunOffline(receipt, content, network: null, checks);
        return Describe(receipt, checks);
    }

    /// <inheritdoc />
    /// <remarks>Fetches the branch into a repository of its own, made for the question and deleted after it.</remarks>
    public async Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var checks = new ReceiptCheckList();
        try
        {
            var remote = await FindRemoteAsync(cancellationToken).ConfigureAwait(false);
            RunOffline(receipt, content, remote is null ? GitCheckpointAnchor.LocalNetwork : GitRemote.WithoutCredentials(remote), checks);
            if (!checks.HasFailed && receipt is { State: ReceiptState.Final, Reference: { } commit })
            {
                var isThere = remote is null
                    ? await IsInFolderAsync(commit, cancellationToken).ConfigureAwait(false)
                    : await IsAtRemoteAsync(remote, commit, cancellationToken).ConfigureAwait(false);
                checks.Decide(
                    "branch",
                    isThere ? null : ("not_on_branch", $"the commit is not on branch {trust.Branch} of {receipt.Network}"),
                    $"the commit is on branch {trust.Branch} of {receipt.Network}"
                );
            }
        }
        catch (UnavailableException fault)
        {
            checks.OutOfReach("branch", fault.Message);
        }

        return Describe(receipt, checks);
    }

    private void RunOffline(AnchorReceipt receipt, ReadOnlyMemory<byte> content, string? network, ReceiptCheckList checks)
    {
        // The name of a remote stands for an address that only git can tell, live.
        network ??= trust.Remote is { } remote && GitRemote.IsAddress(remote) ? GitRemote.WithoutCredentials(remote) : null;
        if (CheckpointChecks.Run(receipt, content, World, network, checks) is null)
        {
            return;
        }

        try
        {
            var proof = GitCheckpointProof.Read(receipt);
            if (proof.Commit is null && receipt is { State: ReceiptState.Prepared, Reference: null })
            {
                checks.OutOfReach("commit", "nothing was committed yet");
                return;
            }

            var fault = proof.FindFault(receipt.Reference, receipt.TreeSize!.Value); // ! asked above
            checks.Decide("commit", fault is null ? null : ("commit_differs", fault), $"commit {receipt.Reference} holds the checkpoint");
            checks.Decide(
                "receipt",
                receipt.State is ReceiptState.Final or ReceiptState.Rejected
                    ? null
                    : ("claims_differ", "the receipt's state is not that of a commit"),
                "the receipt says what its proof says"
            );
        }
        catch (BadInputException refusal)
        {
            checks.Fail("proof", "malformed", refusal.Message);
        }
    }

    private async Task<string?> FindRemoteAsync(CancellationToken cancellationToken) =>
        trust is { Remote: { } remote, Folder: { } folder } && Directory.Exists(folder)
            ? await new GitRepository(folder, trust.Timeout, trust.AllowPlainHttp)
                .ReadAddressAsync(remote, cancellationToken)
                .ConfigureAwait(false)
            : trust.Remote;

    private async Task<bool> IsInFolderAsync(string commit, CancellationToken cancellationToken)
    {
        var repository = new GitRepository(
            trust.Folder ?? throw new AnchorUnavailableException("nobody said which repository to ask"),
            trust.Timeout,
            trust.AllowPlainHttp
        );
        await repository.RequireAsync(cancellationToken).ConfigureAwait(false);
        return await repository.FindAsync("refs/heads/" + trust.Branch, cancellationToken).ConfigureAwait(false) is { } tip
            && await repository.IsAncestorAsync(commit, tip, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsAtRemoteAsync(string remote, string commit, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("hallmark-git-");
        try
        {
            var format = commit.Length == 64 ? "sha256" : "sha1";
            await new GitCommand(scratch.FullName, trust.Timeout, trust.AllowPlainHttp)
                .RunAsync(null, cancellationToken, "init", "--quiet", "--bare", "--template=", "--object-format=" + format)
                .ConfigureAwait(false);
            var repository = new GitRepository(scratch.FullName, trust.Timeout, trust.AllowPlainHttp);
            var branch = "refs/heads/" + trust.Branch;
            if (await repository.FindRemoteAsync(remote, branch, cancellationToken).ConfigureAwait(false) is not { } tip)
            {
                return !GitRemote.IsHttp(remote) || await repository.ShowsAnythingAsync(remote, cancellationToken).ConfigureAwait(false)
                    ? false
                    : throw new AnchorUnavailableException(
                        $"{GitRemote.WithoutCredentials(remote)} shows no branch at all: nothing is left in that repository, or what answers there is none"
                    );
            }

            if (tip == commit)
            {
                return true;
            }

            await repository.FetchAsync(remote, branch, Fetched, cancellationToken).ConfigureAwait(false);
            return await repository.IsAncestorAsync(commit, Fetched, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private Witness Describe(AnchorReceipt receipt, ReceiptCheckList checks)
    {
        var asked = checks.ToImmutable();
        var isThere = asked.Any(static check => check is { Name: "branch", Outcome: CheckOutcome.Passed });
        var isOutside = receipt.Network != GitCheckpointAnchor.LocalNetwork && !GitRemote.IsLocal(receipt.Network);
        return new Witness
        {
            Anchor = receipt.Anchor,
            World = World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = receipt.State is ReceiptState.Final && !isThere ? ReceiptState.Submitted : receipt.State,
            IsOutside = isOutside,
            Checks = asked,
            Trust =
                !isThere ? "nobody yet: anybody can make a commit, and nobody was asked who has it"
                : isOutside ? $"{receipt.Network}, that it shows everybody the same branch; the time in a commit is its maker's word"
                : "whoever can write to the repository, which may be the ledger's owner",
            Reference = receipt.Reference,
            Remark = receipt.Remark,
        };
    }
}
