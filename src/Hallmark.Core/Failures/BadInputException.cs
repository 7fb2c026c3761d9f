namespace Hallmark.Core.Failures;

/// <summary>What was handed in is not what it should be (exit code 2): a wrong name, a malformed file, a value out of bounds.</summary>
public class BadInputException : HallmarkException
{
    /// <inheritdoc />
    public BadInputException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    public BadInputException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }

    /// <inheritdoc />
    public override int ExitCode => 2;
}
