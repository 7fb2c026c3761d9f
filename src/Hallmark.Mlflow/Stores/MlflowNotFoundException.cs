using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Stores;

/// <summary>What was to be written to, or was named by the user, does not exist in the store (exit code 2).</summary>
public sealed class MlflowNotFoundException : BadInputException
{
    /// <inheritdoc />
    public MlflowNotFoundException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public MlflowNotFoundException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }
}
