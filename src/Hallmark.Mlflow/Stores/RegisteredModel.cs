namespace Hallmark.Mlflow.Stores;

/// <summary>A registered model.</summary>
/// <param name="Name">Its name; may contain anything.</param>
/// <param name="Description">Its description, or empty.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Aliases">Alias to version number.</param>
public sealed record RegisteredModel(
    string Name,
    string Description,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyDictionary<string, string> Aliases
);
