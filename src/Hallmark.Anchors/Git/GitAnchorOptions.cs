using System.Text.RegularExpressions;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Git;

/// <summary>A Git anchor's settings.</summary>
public sealed partial record GitAnchorOptions
{
    /// <summary>The anchor's name.</summary>
    public required string Name { get; init; }

    /// <summary>An existing repository, bare or with a work tree; its work tree, index and checked-out branch are left alone.</summary>
    public required string Folder
    {
        get;
        init => field = Path.GetFullPath(value);
    }

    /// <summary>The branch for the checkpoints, such as <c>checkpoints</c>; made where it is missing. Letters, digits, <c>. _ - /</c>, at most 200.</summary>
    /// <exception cref="BadInputException">It is no such name.</exception>
    public required string Branch
    {
        get;
        init => field = RequireBranch(value);
    }

    /// <summary>Where the branch is pushed: the name of one of the repository's remotes, or an address without password; null for nowhere.</summary>
    /// <exception cref="BadInputException">It begins with a dash, or has a password in it.</exception>
    public string? Remote
    {
        get;
        init => field = value is null ? null : GitRemote.Require(value);
    }

    /// <summary>True where <c>http</c> and <c>git</c> addresses, which are not encrypted, are allowed.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>For one run of <c>git</c>; 1 second to 1 hour, 2 minutes unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1));
            field = value;
        }
    } = TimeSpan.FromMinutes(2);

    internal string BranchReference => "refs/heads/" + Branch;

    // Narrower than git's own rule, which this is within: no part begins with a dot or dash, or ends with a dot or .lock.
    internal static string RequireBranch(string branch) =>
        branch.Length <= 200 && BranchName().IsMatch(branch) && !branch.Contains("..", StringComparison.Ordinal)
            ? branch
            : throw new BadInputException($"\"{branch}\" is no name for a branch of checkpoints", "such as: checkpoints");

    [GeneratedRegex(
        @"\A[A-Za-z0-9_][A-Za-z0-9._-]*(?<!\.lock|\.)(/[A-Za-z0-9_][A-Za-z0-9._-]*(?<!\.lock|\.))*\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex BranchName();
}
