using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Long tag values: MLflow cuts them without a word (specs/mlflow.md, limits), so they are read back.</summary>
internal static class TagLength
{
    /// <summary>No MLflow cuts a run's tag below this length.</summary>
    public const int SafeOfRuns = 4000;

    /// <summary>MLflow 2.14 shows no more of a trace's tag.</summary>
    public const int SafeOfTraces = 250;

    /// <exception cref="BadInputException">The server kept something else.</exception>
    public static void RequireWhole(string key, string value, IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is null || !tags.TryGetValue(key, out var kept) || kept != value)
        {
            throw new BadInputException(
                $"the MLflow server does not give the tag '{key}' back whole: it has {value.Length} characters, which this MLflow cuts",
                "store long texts as an artifact and their hash as the tag"
            );
        }
    }
}
