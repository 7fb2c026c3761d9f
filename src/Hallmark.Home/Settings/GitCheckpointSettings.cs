namespace Hallmark.Home.Settings;

/// <summary>Checkpoints as commits on a branch: the Git mode of <c>checkpoint-file</c>.</summary>
public sealed record GitCheckpointSettings : AnchorSettings
{
    /// <inheritdoc />
    public override string Type => "checkpoint-file";

    /// <summary>An existing repository; relative ones below the home. Null on a machine that only verifies, and then <see cref="Remote"/> is an address.</summary>
    public string? Repository { get; init; }

    /// <summary>The branch of the checkpoints. Who else writes to it can add commits, and cannot have ours lost unseen by those who cloned it.</summary>
    public required string Branch { get; init; }

    /// <summary>Where the branch is pushed, a remote's name or an address; null for nowhere. Who runs it can rewrite the branch, not make a checkpoint.</summary>
    public string? Remote { get; init; }

    /// <summary>True where <c>http</c> and <c>git</c> to other machines are allowed.</summary>
    public bool AllowPlainHttp { get; init; }
}
