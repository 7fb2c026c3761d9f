using Hallmark.Core.Failures;

namespace Hallmark.Ledger;

/// <summary>The folder holds no ledger of a kind that this version knows, or one whose files cannot be read as such. Nothing was written.</summary>
public sealed class LedgerFormatException : BadInputException
{
    internal LedgerFormatException(string message, params string[] hints)
        : base(message, hints) { }

    internal LedgerFormatException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }
}
