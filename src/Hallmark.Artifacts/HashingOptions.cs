using System.Collections.Immutable;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts;

/// <summary>How files and folders are hashed.</summary>
public sealed record HashingOptions
{
    /// <summary>What MLflow writes into an artifact folder after the fact, and the ar.io family therefore leaves out (mlflow-events §3.3).</summary>
    public const string MlflowBookkeepingFile = "registered_model_meta";

    /// <summary>Every file counts; SHA-256.</summary>
    public static HashingOptions Default { get; } = new();

    /// <summary>As <c>artifact_checksums</c> wants it (mlflow-events §3.3): SHA-256, without files named <see cref="MlflowBookkeepingFile"/>.</summary>
    public static HashingOptions ForMlflow { get; } = new() { IgnoredFileNames = [MlflowBookkeepingFile] };

    /// <summary>The hash function. SHA-256 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the known ones.</exception>
    public DigestAlgorithm Algorithm
    {
        get;
        init
        {
            DigestAlgorithms.GetSizeInBytes(value);
            field = value;
        }
    } = DigestAlgorithm.Sha256;

    /// <summary>How many threads hash at once; 1 to 16. As many as the machine has cores, at most 16, unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxThreads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16);
            field = value;
        }
    } = Math.Min(Environment.ProcessorCount, 16);

    /// <summary>Most files in a folder tree; from 1. 1,000,000 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxFiles
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1_000_000;

    /// <summary>How deep folders may lie in folders; from 0. 256 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxDepth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 256;

    /// <summary>Names (last segments, exact) of files that are left out, at any depth. Folders are never left out. None unless set.</summary>
    public ImmutableHashSet<string> IgnoredFileNames { get; init; } = [];

    /// <summary>True to refuse every symbolic link, wherever it leads. False unless set.</summary>
    internal bool RefusesLinks { get; init; }

    /// <summary>Digests of files that did not change since; null, none, unless set.</summary>
    public Cache.RehashCache? Cache { get; init; }

    /// <summary>Trusts nothing but the bytes: the cache is neither read nor written. False unless set.</summary>
    public bool Paranoid { get; init; }
}
