namespace Hallmark.Mlflow.Stores;

/// <summary>A dataset that a run took as input.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Digest">MLflow's own digest: covers a sample of the data only.</param>
/// <param name="SourceType">Such as <c>local</c>, <c>http</c>, <c>code</c>.</param>
/// <param name="Source">Where it came from; a string, often JSON.</param>
/// <param name="Schema">Its schema; a string, often JSON; null where there is none.</param>
/// <param name="Profile">Its profile; a string, often JSON; null where there is none.</param>
/// <param name="Tags">The input's tags; <c>mlflow.data.context</c> among them.</param>
public sealed record DatasetInput(
    string Name,
    string Digest,
    string SourceType,
    string Source,
    string? Schema,
    string? Profile,
    IReadOnlyDictionary<string, string> Tags
)
{
    /// <summary>The value of the tag <c>mlflow.data.context</c>, or null.</summary>
    public string? Context => Tags.GetValueOrDefault("mlflow.data.context");
}
