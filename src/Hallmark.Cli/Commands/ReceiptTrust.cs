using Hallmark.Anchors;
using Hallmark.Evidence.Verification;
using Hallmark.Home;

namespace Hallmark.Cli.Commands;

/// <summary>Who checks receipts, as the settings of a session say.</summary>
internal static class ReceiptTrust
{
    /// <summary>The verifiers of the session's anchors.</summary>
    /// <exception cref="AnchorUnavailableException">What an anchor's settings name cannot be read.</exception>
    public static ReceiptVerifiers Of(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new ReceiptVerifiers(session.Anchors.Select(anchor => anchor.OpenVerifier()));
    }
}
