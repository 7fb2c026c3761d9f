namespace Hallmark.Anchors.Git;

/// <summary>What a verifier of Git receipts goes by. None of it is ever taken from a receipt.</summary>
public sealed record GitTrust
{
    /// <summary>The remote to ask, an address without password; null where nothing is pushed.</summary>
    /// <exception cref="Core.Failures.BadInputException">It begins with a dash, or has a password in it.</exception>
    public string? Remote
    {
        get;
        init => field = value is null ? null : GitRemote.Require(value);
    }

    /// <summary>The repository of a receipt that was not pushed, and the one whose remotes have names; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The branch that the commits must be on.</summary>
    /// <exception cref="Core.Failures.BadInputException">It is no such name.</exception>
    public required string Branch
    {
        get;
        init => field = GitAnchorOptions.RequireBranch(value);
    }

    /// <summary>True where <c>http</c> and <c>git</c> addresses, which are not encrypted, are allowed.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>For one run of <c>git</c>; 2 minutes unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}
