namespace Hallmark.Mlflow.Events;

/// <summary>What is recorded of a prediction (mlflow-events.md §7.2).</summary>
public sealed record PredictionFacts
{
    /// <summary>UUID v4, new for each call.</summary>
    public required string DecisionId { get; init; }

    /// <summary>The model's name; <c>unknown</c> where it could not be resolved.</summary>
    public required string ModelName { get; init; }

    /// <summary>The model's version; <c>unknown</c> where it could not be resolved.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>The version's run; <c>unknown</c> where it could not be resolved.</summary>
    public required string RunId { get; init; }

    /// <summary>The model's URI as the caller wrote it.</summary>
    public required string ModelUri { get; init; }

    /// <summary>SHA-256 of the canonical input.</summary>
    public required string InputHash { get; init; }

    /// <summary>SHA-256 of the canonical output.</summary>
    public required string OutputHash { get; init; }

    /// <summary>Wall time of the inference in milliseconds; two decimals are kept.</summary>
    public required double LatencyInMilliseconds { get; init; }

    /// <summary>True where the artifacts were re-hashed while loading and matched, else null.</summary>
    public bool? ArtifactVerified { get; init; }
}
