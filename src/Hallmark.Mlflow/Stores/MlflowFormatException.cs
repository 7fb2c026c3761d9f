using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Stores;

/// <summary>The store holds bytes that are not what they claim to be (exit code 2).</summary>
public sealed class MlflowFormatException : BadInputException
{
    /// <summary>True where it may be over soon: what answered speaks another language than MLflow, as a login page does, or a proxy in trouble.</summary>
    public bool MayPass { get; init; }

    /// <inheritdoc />
    public MlflowFormatException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public MlflowFormatException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }
}
