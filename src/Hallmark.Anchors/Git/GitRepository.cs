using System.Globalization;
using System.Text;

namespace Hallmark.Anchors.Git;

/// <summary>A repository, by git's plumbing: objects and references, never the work tree, the index or HEAD.</summary>
/// <param name="folder">The repository.</param>
/// <param name="timeout">For one run of git.</param>
/// <param name="allowPlainHttp">Whether addresses that are not encrypted are allowed.</param>
internal sealed class GitRepository(string folder, TimeSpan timeout, bool allowPlainHttp)
{
    private const string Author = "Hallmark";
    private const string Mail = "hallmark@localhost";
    private readonly GitCommand _git = new(folder, timeout, allowPlainHttp);

    /// <summary>The repository's own word for itself; throws where there is none.</summary>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new AnchorUnavailableException($"the repository {folder} does not exist", $"git init --bare {folder}");
        }

        // The folder itself, not one above it that happens to be a repository.
        var (code, output, error) = await _git.TryRunAsync(
                null,
                cancellationToken,
                "rev-parse",
                "--is-bare-repository",
                "--git-dir",
                "--show-cdup"
            )
            .ConfigureAwait(false);
        if (code != 0)
        {
            throw new AnchorUnavailableException(
                $"{folder} is no repository that git opens: {GitCommand.Quote(error)}",
                $"git init --bare {folder}"
            );
        }

        if (Encoding.UTF8.GetString(output).Split('\n') is not (["true", ".", ..] or ["false", _, "", ..]))
        {
            throw new AnchorUnavailableException(
                $"{folder} lies inside a repository and is none itself",
                "name the repository's own folder"
            );
        }
    }

    /// <summary>Where a remote's name leads; an address leads to itself.</summary>
    public async Task<string> ReadAddressAsync(string remote, CancellationToken cancellationToken)
    {
        var (code, output, _) = await _git.TryRunAsync(null, cancellationToken, "remote", "get-url", "--push", "--", remote)
            .ConfigureAwait(false);
        var address = code == 0 ? Encoding.UTF8.GetString(output).TrimEnd('\n') : remote;
        return address.Contains('\n', StringComparison.Ordinal)
            ? throw new AnchorUnavailableException($"the remote {remote} has several addresses", "name one that has one")
            : address;
    }

    /// <summary>The commit that a reference points to; null where there is none.</summary>
    public async Task<string?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        var (code, output, _) = await _git.TryRunAsync(
                null,
                cancellationToken,
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                reference + "^{commit}"
            )
            .ConfigureAwait(false);
        var id = Encoding.UTF8.GetString(output).TrimEnd('\n');
        return code == 0 && GitObjects.IsId(id) ? id : null;
    }

    /// <summary>The commit that a branch has at a remote; null where the remote has no such branch.</summary>
    /// <exception cref="AnchorUnavailableException">The remote does not answer.</exception>
    public async Task<string?> FindRemoteAsync(string remote, string branch, CancellationToken cancellationToken)
    {
        var line = await _git.ReadLineAsync(cancellationToken, "ls-remote", "--", remote, branch).ConfigureAwait(false);
        return line.Split('\n')
            .Select(static found => found.Split('\t'))
            .Where(found => found.Length == 2 && found[1] == branch && GitObjects.IsId(found[0]))
            .Select(static found => found[0])
            .FirstOrDefault();
    }

    /// <summary>True where a remote shows anything at all. Over HTTP a page that has nothing to do with git reads like a repository without any branch.</summary>
    /// <exception cref="AnchorUnavailableException">The remote does not answer.</exception>
    public async Task<bool> ShowsAnythingAsync(string remote, CancellationToken cancellationToken) =>
        (await _git.RunAsync(null, cancellationToken, "ls-remote", "--", remote).ConfigureAwait(false)).Length > 0;

    /// <summary>Brings a remote's branch under a reference of this repository.</summary>
    public Task FetchAsync(string remote, string branch, string reference, CancellationToken cancellationToken) =>
        _git.RunAsync(
            null,
            cancellationToken,
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--refmap=",
            "--",
            remote,
            $"+{branch}:{reference}"
        );

    /// <summary>Pushes one commit to a branch, never by force. False where the remote does not take it, and why.</summary>
    public async Task<(bool IsTaken, string Error)> TryPushAsync(
        string remote,
        string commit,
        string branch,
        CancellationToken cancellationToken
    )
    {
        var (code, _, error) = await _git.TryRunAsync(
                null,
                cancellationToken,
                "push",
                "--quiet",
                "--no-verify",
                "--no-follow-tags",
                "--recurse-submodules=no",
                "--",
                remote,
                $"{commit}:{branch}"
            )
            .ConfigureAwait(false);
        return (code == 0, GitCommand.Quote(error));
    }

    /// <summary>True where a commit is another or comes before it.</summary>
    public async Task<bool> IsAncestorAsync(string commit, string of, CancellationToken cancellationToken) =>
        (await _git.TryRunAsync(null, cancellationToken, "merge-base", "--is-ancestor", commit, of).ConfigureAwait(false)).Code == 0;

    /// <summary>What a reference is only another name for; null where it is a reference of its own, or is not there.</summary>
    public async Task<string?> FindTargetAsync(string reference, CancellationToken cancellationToken)
    {
        var (code, output, _) = await _git.TryRunAsync(null, cancellationToken, "symbolic-ref", "--quiet", reference).ConfigureAwait(false);
        return code == 0 ? Encoding.UTF8.GetString(output).TrimEnd('\n') : null;
    }

    /// <summary>The work trees that have a branch checked out.</summary>
    public async Task<bool> IsCheckedOutAsync(string branch, CancellationToken cancellationToken) =>
        (await _git.ReadLineAsync(cancellationToken, "worktree", "list", "--porcelain").ConfigureAwait(false))
            .Split('\n')
            .Contains("branch " + branch, StringComparer.Ordinal);

    /// <summary>A file's bytes in a commit; null where there is none.</summary>
    public async Task<byte[]?> FindFileAsync(string commit, string path, CancellationToken cancellationToken)
    {
        var (code, output, _) = await _git.TryRunAsync(null, cancellationToken, "cat-file", "blob", $"{commit}:{path}")
            .ConfigureAwait(false);
        return code == 0 ? output : null;
    }

    /// <summary>The last commit up to a given one that touched a file.</summary>
    public Task<string> ReadCommitOfAsync(string commit, string path, CancellationToken cancellationToken) =>
        _git.ReadLineAsync(cancellationToken, "rev-list", "--max-count=1", commit, "--", ":(top,literal)" + path);

    /// <summary>An object's bytes.</summary>
    public Task<byte[]> ReadObjectAsync(string kind, string name, CancellationToken cancellationToken) =>
        _git.RunAsync(null, cancellationToken, "cat-file", kind, name);

    /// <summary>Makes a commit that adds one file to a parent's files; no reference moves.</summary>
    public async Task<string> CommitFileAsync(
        string? parent,
        string path,
        byte[] content,
        string message,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var scratch = Directory.CreateTempSubdirectory("hallmark-git-");
        try
        {
            var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";
            var git = new GitCommand(folder, timeout, allowPlainHttp)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["GIT_INDEX_FILE"] = Path.Combine(scratch.FullName, "index"),
                    ["GIT_AUTHOR_NAME"] = Author,
                    ["GIT_AUTHOR_EMAIL"] = Mail,
                    ["GIT_AUTHOR_DATE"] = seconds,
                    ["GIT_COMMITTER_NAME"] = Author,
                    ["GIT_COMMITTER_EMAIL"] = Mail,
                    ["GIT_COMMITTER_DATE"] = seconds,
                },
            };
            var blob = Encoding
                .ASCII.GetString(
                    await git.RunAsync(content, cancellationToken, "hash-object", "-w", "-t", "blob", "--stdin").ConfigureAwait(false)
                )
                .TrimEnd('\n');
            if (parent is not null)
            {
                await git.RunAsync(null, cancellationToken, "read-tree", parent).ConfigureAwait(false);
            }

            await git.RunAsync(null, cancellationToken, "update-index", "--add", "--cacheinfo", $"100644,{blob},{path}")
                .ConfigureAwait(false);
            var tree = await git.ReadLineAsync(cancellationToken, "write-tree").ConfigureAwait(false);
            string[] parents = parent is null ? [] : ["-p", parent];
            return await git.ReadLineAsync(cancellationToken, ["commit-tree", "--no-gpg-sign", .. parents, "-m", message, tree])
                .ConfigureAwait(false);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Moves a reference from the commit it is known to have to another. False where it has another by now.</summary>
    public async Task<bool> TryMoveAsync(string reference, string commit, string? from, CancellationToken cancellationToken) =>
        (
            await _git.TryRunAsync(
                    null,
                    cancellationToken,
                    "update-ref",
                    "-m",
                    "hallmark: checkpoint",
                    reference,
                    commit,
                    from ?? new string('0', commit.Length)
                )
                .ConfigureAwait(false)
        ).Code == 0;
}
