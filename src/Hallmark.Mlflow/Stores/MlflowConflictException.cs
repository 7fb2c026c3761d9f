using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Stores;

/// <summary>What was to be made exists already (exit code 2).</summary>
public sealed class MlflowConflictException : BadInputException
{
    /// <inheritdoc />
    public MlflowConflictException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public MlflowConflictException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }
}
