using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Stores;

/// <summary>The store holds bytes that are not what they claim to be (exit code 2).</summary>
public sealed class MlflowFormatException : BadInputException
{
    /// <inheritdoc />
    public MlflowFormatException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public MlflowFormatException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }
}
