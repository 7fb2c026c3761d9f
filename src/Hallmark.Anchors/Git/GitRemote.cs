using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Git;

/// <summary>Addresses of Git remotes: <c>https://host/path</c>, <c>ssh://user@host/path</c>, <c>user@host:path</c>, a path.</summary>
internal static class GitRemote
{
    private const int MaxLength = 200;

    /// <summary>Refuses what could be taken for an option or a helper program, and what holds a secret.</summary>
    /// <exception cref="BadInputException">It does.</exception>
    public static string Require(string remote)
    {
        if (
            remote.Length is 0 or > MaxLength
            || remote.StartsWith('-')
            || remote.Any(char.IsControl)
            || remote.Contains("::", StringComparison.Ordinal)
        )
        {
            throw new BadInputException(
                "the Git remote is no name of a remote and no address",
                "such as: origin, or https://host/checkpoints.git"
            );
        }

        return Uri.TryCreate(remote, UriKind.Absolute, out var address) && address.UserInfo.Contains(':', StringComparison.Ordinal)
            ? throw new BadInputException(
                "the Git remote's address has a password in it",
                "leave it out, and let a credential helper of git or an SSH key answer"
            )
            : remote;
    }

    /// <summary>The address as receipts name it: without user and password.</summary>
    public static string WithoutCredentials(string address)
    {
        if (address.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return uri.UserInfo.Length == 0 ? address : address.Replace(uri.UserInfo + "@", "", StringComparison.Ordinal);
        }

        var at = address.IndexOf('@', StringComparison.Ordinal);
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        return at >= 0 && at < colon && !address[..at].Contains('/', StringComparison.Ordinal) ? address[(at + 1)..] : address;
    }

    /// <summary>True for an address or an absolute path; false for the name of one of a repository's remotes.</summary>
    public static bool IsAddress(string remote) => remote.Contains(':', StringComparison.Ordinal) || remote.StartsWith('/');

    /// <summary>True for an address that is asked over HTTP.</summary>
    public static bool IsHttp(string address) => address.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for an address on this machine's own disks: whoever holds the ledger may hold that too.</summary>
    public static bool IsLocal(string address) =>
        address.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith('/')
        || address.StartsWith('.')
        || !address.Contains(':', StringComparison.Ordinal);
}
