namespace Hallmark.Mlflow.Stores;

/// <summary>MLflow keeps prompts (2.21 and later) as registered models with a tag. They are no models: lists of models leave them out.</summary>
public static class Prompts
{
    /// <summary>The tag that marks a prompt, and each of its versions, with the value <c>true</c>.</summary>
    public const string Tag = "mlflow.prompt.is_prompt";

    /// <summary>The tag of a version that holds the prompt's text.</summary>
    public const string TextTag = "mlflow.prompt.text";

    /// <summary>True where the tags are those of a prompt.</summary>
    public static bool AreTagsOf(IReadOnlyDictionary<string, string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return tags.TryGetValue(Tag, out var value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);
    }
}
