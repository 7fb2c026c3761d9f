using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Stores;

/// <summary>The stages of a model version. Deprecated in MLflow since 2.9, still there.</summary>
internal static class ModelStages
{
    /// <summary>Marks a deleted version; never shown.</summary>
    public const string Deleted = "Deleted_Internal";

    /// <summary>Where versions go that make room.</summary>
    public const string Archived = "Archived";

    private static readonly string[] All = ["None", "Staging", "Production", Archived];

    /// <summary>The stage as MLflow writes it.</summary>
    /// <param name="stage">In any case.</param>
    /// <exception cref="BadInputException">There is no such stage.</exception>
    public static string Canonical(string stage) =>
        All.FirstOrDefault(known => known.Equals(stage, StringComparison.OrdinalIgnoreCase))
        ?? throw new BadInputException($"'{Printable.Text(stage)}' is no stage", "stages are None, Staging, Production and Archived");

    /// <summary>The stage as MLflow writes it, when existing versions there are to be archived.</summary>
    /// <exception cref="BadInputException">There is no such stage, or it is one that holds any number of versions.</exception>
    public static string CanonicalToArchive(string stage)
    {
        var canonical = Canonical(stage);
        return canonical is "Staging" or "Production"
            ? canonical
            : throw new BadInputException(
                $"Existing versions cannot be archived from the stage {canonical}",
                "only Staging and Production are vacated"
            );
    }
}
