using Hallmark.Core.Failures;

namespace Hallmark.Keys;

/// <summary>
/// A signing key is missing, unreadable, malformed, unsafe or in the way (exit code 2). The message names the place, never the secret, and carries no inner
/// exception that could.
/// </summary>
public sealed class KeyException : BadInputException
{
    /// <inheritdoc />
    public KeyException(string message, params string[] hints)
        : base(message, hints) { }
}
