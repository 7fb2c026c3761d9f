using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Loading;

/// <summary>A model's URI, taken apart (mlflow-events.md §15, mlflow.md on models URIs). Nothing was looked up yet.</summary>
/// <param name="Text">As the caller wrote it.</param>
/// <param name="Kind">What it names.</param>
/// <param name="Name">The registered model's name, the logged model's id, the run's id, or the folder's absolute path.</param>
/// <param name="Selector">The version's number, the alias, or the stage as MLflow writes it; for a run the path below it; else empty.</param>
public sealed record ModelUri(string Text, ModelUriKind Kind, string Name, string Selector)
{
    private const int MaxLength = 4096;
    private const string ModelsScheme = "models:/";
    private const string RunsScheme = "runs:/";
    private static readonly string[] Stages = ["None", "Staging", "Production", "Archived"];

    /// <summary>Takes a URI apart.</summary>
    /// <exception cref="BadInputException">It is of no form that can be loaded.</exception>
    public static ModelUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is 0 or > MaxLength || text.Any(char.IsControl))
        {
            throw Refuse("the model's URI is empty, longer than 4096 characters, or holds control characters");
        }

        if (text.StartsWith(ModelsScheme, StringComparison.Ordinal))
        {
            return OfRegistry(text, text[ModelsScheme.Length..]);
        }

        if (text.StartsWith(RunsScheme, StringComparison.Ordinal))
        {
            var run = RunsUri.Parse(text);
            return run.RunId is null
                ? throw Refuse($"\"{text}\" names no run")
                : new ModelUri(text, ModelUriKind.Run, run.RunId, run.Path ?? "");
        }

        var place = ArtifactUri.Parse(text);
        return place.IsLocal
            ? new ModelUri(text, ModelUriKind.Folder, place.Path, "")
            : throw Refuse($"\"{text}\" names a place that no model is loaded from ({place.Scheme}:)");
    }

    private static ModelUri OfRegistry(string text, string rest)
    {
        var parts = rest.TrimStart('/').Split('/');
        if (rest.StartsWith('/') || parts.Length > 2 || parts.Any(part => part.Trim().Length == 0))
        {
            throw Refuse($"\"{text}\" is no URI of a model");
        }

        if (parts.Length == 2)
        {
            var (name, selector) = (parts[0], parts[1]);
            if (selector.All(char.IsAsciiDigit))
            {
                return new ModelUri(text, ModelUriKind.Version, name, selector);
            }

            return selector.Equals("latest", StringComparison.OrdinalIgnoreCase) ? new ModelUri(text, ModelUriKind.Latest, name, "")
                : Stages.FirstOrDefault(stage => stage.Equals(selector, StringComparison.OrdinalIgnoreCase)) is { } known
                    ? new ModelUri(text, ModelUriKind.Stage, name, known)
                : throw Refuse($"\"{selector}\" in \"{text}\" is neither a version's number nor a stage");
        }

        var at = rest.LastIndexOf('@');
        return at < 0 ? new ModelUri(text, ModelUriKind.LoggedModel, rest, "")
            : at > 0 && at < rest.Length - 1 ? new ModelUri(text, ModelUriKind.Alias, rest[..at], rest[(at + 1)..])
            : throw Refuse($"\"{text}\" names no alias of a model");
    }

    private static BadInputException Refuse(string message) =>
        new(
            message,
            "a registered model: models:/NAME/VERSION, models:/NAME@ALIAS, models:/NAME/STAGE or models:/NAME/latest",
            "a logged model of MLflow 3: models:/m-…; a run's: runs:/RUN/PATH; or a folder of this machine"
        );
}
