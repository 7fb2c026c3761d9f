namespace Hallmark.Artifacts;

/// <summary>How much of a tree is copied at most: the tree may be anybody's.</summary>
public sealed record CopyLimits
{
    /// <summary>The limits unless others are set.</summary>
    public static CopyLimits Default { get; } = new();

    /// <summary>Most files. 100,000 unless set.</summary>
    public int MaxFiles { get; init; } = 100_000;

    /// <summary>How deep folders may lie in folders. 64 unless set.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Most bytes of all files together. 1 TiB unless set.</summary>
    public long MaxSizeInBytes { get; init; } = 1L << 40;
}
