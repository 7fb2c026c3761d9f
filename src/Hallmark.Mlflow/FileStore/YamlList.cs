namespace Hallmark.Mlflow.FileStore;

/// <summary>A sequence.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items) : YamlNode;
