namespace Hallmark.Mlflow.Events;

/// <summary>A <c>runs:/</c> source, taken apart (mlflow-events.md §5.1).</summary>
/// <param name="RunId">The run's id, or null.</param>
/// <param name="Path">The path below the run, or null.</param>
public readonly record struct RunsUri(string? RunId, string? Path)
{
    private const string Scheme = "runs:/";

    /// <summary>Takes a source apart; both parts are null where it is not a <c>runs:/</c> source.</summary>
    public static RunsUri Parse(string? source)
    {
        if (source is null || !source.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return default;
        }

        var rest = source[Scheme.Length..].TrimStart('/');
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new RunsUri(NullIfEmpty(rest), null) : new RunsUri(NullIfEmpty(rest[..slash]), NullIfEmpty(rest[(slash + 1)..]));
    }

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;
}
