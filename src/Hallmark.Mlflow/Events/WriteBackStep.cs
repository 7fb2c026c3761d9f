using System.Text;

namespace Hallmark.Mlflow.Events;

/// <summary>One tag or file to write to MLflow.</summary>
public sealed record WriteBackStep
{
    /// <summary>What is written to.</summary>
    public required WriteBackTarget Target { get; init; }

    /// <summary>The run's or trace's id, or the registered model's name.</summary>
    public required string Id { get; init; }

    /// <summary>The model version, for its tags only.</summary>
    public string? Version { get; init; }

    /// <summary>The tag's name, or the file's path.</summary>
    public required string Key { get; init; }

    /// <summary>The tag's value as UTF-8, or the file's content.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>True where MLflow may refuse it without harm: a tag's name made from a dataset's, the model's chain head.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The tag's value as text.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);

    internal static WriteBackStep RunTag(string runId, string key, string value, bool isOptional = false) =>
        new()
        {
            Target = WriteBackTarget.RunTag,
            Id = runId,
            Key = key,
            Content = Encoding.UTF8.GetBytes(value),
            IsOptional = isOptional,
        };

    internal static WriteBackStep ModelTag(string name, string key, string value) =>
        new()
        {
            Target = WriteBackTarget.RegisteredModelTag,
            Id = name,
            Key = key,
            Content = Encoding.UTF8.GetBytes(value),
            IsOptional = true,
        };

    internal static WriteBackStep VersionTag(string name, string version, string key, string value) =>
        new()
        {
            Target = WriteBackTarget.ModelVersionTag,
            Id = name,
            Version = version,
            Key = key,
            Content = Encoding.UTF8.GetBytes(value),
        };

    internal static WriteBackStep TraceTag(string traceId, string key, string value) =>
        new()
        {
            Target = WriteBackTarget.TraceTag,
            Id = traceId,
            Key = key,
            Content = Encoding.UTF8.GetBytes(value),
        };

    internal static WriteBackStep Artifact(string runId, string path, ReadOnlyMemory<byte> content) =>
        new()
        {
            Target = WriteBackTarget.RunArtifact,
            Id = runId,
            Key = path,
            Content = content,
        };
}
