namespace Hallmark.Inference.Loading;

/// <summary>Which model was loaded, as it goes into the record of each of its predictions (mlflow-events.md §7.2 and §15).</summary>
public sealed record ModelIdentity
{
    /// <summary>What stands where the URI names nothing that MLflow knows.</summary>
    public const string Unknown = "unknown";

    /// <summary>The URI as the caller wrote it.</summary>
    public required string Uri { get; init; }

    /// <summary>The registered model's name, the logged model's name, or <see cref="Unknown"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The version, the logged model's id, or <see cref="Unknown"/>.</summary>
    public required string Version { get; init; }

    /// <summary>The run that made it, or <see cref="Unknown"/>.</summary>
    public required string RunId { get; init; }

    /// <summary>The version's tag <c>ario.registration_tx</c> as it stood when the model was loaded: what its predictions point to; or null.</summary>
    public string? RegistrationTransaction { get; init; }

    /// <summary>True where the files were hashed again while loading and are the anchored ones; null where nothing was anchored to compare with.</summary>
    public bool? ArtifactVerified { get; init; }

    /// <summary>SHA-256 over the canonical map of file digests (<c>artifact_hash</c>) of the loaded bytes, 64 hex digits; null for a remote model.</summary>
    public string? ArtifactHash { get; init; }
}
