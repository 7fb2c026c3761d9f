using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Long tag values: MLflow cuts them without a word (specs/mlflow.md, limits), so they are read back.</summary>
internal static class TagLength
{
    /// <summary>No MLflow cuts below this length.</summary>
    private const int Safe = 4000;

    public static bool MayBeCut(string value) => value.Length > Safe;

    /// <exception cref="BadInputException">The server kept something else.</exception>
    public static void RequireWhole(string key, string value, IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is null || !tags.TryGetValue(key, out var kept) || kept != value)
        {
            throw new BadInputException(
                $"the MLflow server did not keep the tag '{key}' whole: it has {value.Length} characters",
                "store long texts as an artifact and their hash as the tag");
        }
    }
}
