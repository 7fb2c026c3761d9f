using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave.Wallets;

/// <summary>
/// A wallet that was named is missing, unreadable, malformed or unsafe (exit code 2). The message names the place, never the secret, and carries no inner
/// exception that could.
/// </summary>
public sealed class WalletException : BadInputException
{
    /// <inheritdoc />
    public WalletException(string message, params string[] hints)
        : base(message, hints) { }
}
