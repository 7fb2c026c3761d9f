namespace Hallmark.Mlflow.Stores;

/// <summary>A version of a registered model.</summary>
public sealed record ModelVersion
{
    /// <summary>The registered model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version's number, a string.</summary>
    public required string Version { get; init; }

    /// <summary><c>None</c>, <c>Staging</c>, <c>Production</c> or <c>Archived</c>.</summary>
    public string CurrentStage { get; init; } = "None";

    /// <summary>Where its files are, as stored: <c>runs:/…</c>, <c>models:/m-…</c>, an artifact URI; or null.</summary>
    public string? Source { get; init; }

    /// <summary>The run it came from, or null (also where MLflow stores an empty string).</summary>
    public string? RunId { get; init; }

    /// <summary>Its description, or empty.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>READY</c>, <c>PENDING_REGISTRATION</c> or <c>FAILED_REGISTRATION</c>.</summary>
    public string Status { get; init; } = "READY";

    /// <summary>Milliseconds since 1970, or null.</summary>
    public long? CreationTimestamp { get; init; }

    /// <summary>Milliseconds since 1970, or null. MLflow gives all versions that one stage transition moves the same time.</summary>
    public long? LastUpdatedTimestamp { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The aliases that point to it, sorted ordinally.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
