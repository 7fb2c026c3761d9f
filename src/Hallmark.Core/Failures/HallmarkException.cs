namespace Hallmark.Core.Failures;

/// <summary>
/// Something a person can act on: what happened, to which thing, and (as <see cref="Hints"/>) what to do next. Programs end with
/// <see cref="ExitCode"/>; nothing was written and no partial state is left behind.
/// </summary>
public abstract class HallmarkException : Exception
{
    /// <param name="message">One sentence without a final full stop; names the thing.</param>
    /// <param name="hints">What to do next, each one line.</param>
    protected HallmarkException(string message, params string[] hints)
        : base(message) => Hints = hints;

    /// <param name="message">One sentence without a final full stop; names the thing.</param>
    /// <param name="cause">What lies beneath; shown with <c>--verbose</c> only.</param>
    /// <param name="hints">What to do next, each one line.</param>
    protected HallmarkException(string message, Exception? cause, params string[] hints)
        : base(message, cause) => Hints = hints;

    /// <summary>What to do next, each one line; may be empty.</summary>
    public IReadOnlyList<string> Hints { get; }

    /// <summary>The process exit code this failure stands for: 1 verification failed, 2 bad input or usage, 3 could not tell.</summary>
    public abstract int ExitCode { get; }
}
