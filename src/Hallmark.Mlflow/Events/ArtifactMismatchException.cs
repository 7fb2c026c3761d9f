using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Events;

/// <summary>The artifacts to be registered are not those of the training record (exit code 1). Nothing was written.</summary>
public sealed class ArtifactMismatchException : HallmarkException
{
    /// <inheritdoc />
    public ArtifactMismatchException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public override int ExitCode => 1;
}
