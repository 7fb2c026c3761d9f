using Hallmark.Core.Failures;

namespace Hallmark.Ledger;

/// <summary>
/// What the ledger holds disagrees with what it has published. Nothing is signed in this state, since a second version of history would be signed with it.
/// </summary>
public sealed class LedgerDamagedException : BadInputException
{
    internal LedgerDamagedException(string message, params string[] hints)
        : base(
            message,
            hints.Length > 0
                ? hints
                : ["run \"hallmark ledger verify\" to see the first entry that does not fit, and restore the folder whole from a backup"]
        ) { }
}
