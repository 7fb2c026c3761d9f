using Hallmark.Core.Failures;

namespace Hallmark.Anchors;

/// <summary>An anchor does not answer or is not set up: the work stays in the outbox and is tried again.</summary>
public sealed class AnchorUnavailableException : UnavailableException
{
    /// <inheritdoc />
    public AnchorUnavailableException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public AnchorUnavailableException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }
}
