namespace Hallmark.Mlflow.FileStore;

/// <summary>A piece of a YAML document, as much of YAML as MLflow writes: no anchors, no tags.</summary>
internal abstract record YamlNode;
