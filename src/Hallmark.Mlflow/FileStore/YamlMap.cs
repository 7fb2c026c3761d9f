namespace Hallmark.Mlflow.FileStore;

/// <summary>A mapping with text keys.</summary>
internal sealed record YamlMap(IReadOnlyDictionary<string, YamlNode> Entries) : YamlNode;
