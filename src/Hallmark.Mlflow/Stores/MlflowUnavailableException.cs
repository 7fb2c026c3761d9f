using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Stores;

/// <summary>The store does not answer, refuses this user, or cannot be reached with what is configured (exit code 3).</summary>
public sealed class MlflowUnavailableException : UnavailableException
{
    /// <inheritdoc />
    public MlflowUnavailableException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public MlflowUnavailableException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }
}
