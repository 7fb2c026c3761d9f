namespace Hallmark.Mlflow.Events;

/// <summary>
/// The kinds of outbox work that goes to MLflow. Each store's work is a kind of its own, so that a server that does not answer holds up no other; an earlier version had one
/// kind for all.
/// </summary>
internal static class StoreKind
{
    private const int MarkLength = 16;

    /// <summary>The kind of a store's work: the common one, a colon, and the beginning of the store's <see cref="StoreMark"/>, for an address is no name of a file.</summary>
    public static string Of(string kind, string trackingUri) => $"{kind}:{StoreMark.Of(trackingUri)[..MarkLength]}";

    /// <summary>True for the common kind too.</summary>
    public static bool Is(string kind, string candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return candidate == kind || candidate.StartsWith(kind + ":", StringComparison.Ordinal);
    }
}
