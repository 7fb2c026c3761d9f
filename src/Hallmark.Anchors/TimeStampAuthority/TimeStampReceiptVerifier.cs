using System.Security.Cryptography.Pkcs;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>Checks receipts of time-stamp authorities, from their own bytes alone: RFC 3161 tokens need nobody's answer.</summary>
/// <param name="trust">Which root and policy count.</param>
/// <param name="time">The clock, for what a token's time may be at most.</param>
public sealed class TimeStampReceiptVerifier(TimeStampTrust trust, TimeProvider time) : IReceiptVerifier
{
    /// <inheritdoc />
    public string World => TimeStampAuthorityAnchor.WorldName;

    /// <inheritdoc />
    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var checks = new ReceiptCheckList();
        var network = $"{receipt.World}/{receipt.Network}";
        checks.Decide(
            "network",
            receipt.World == World && (trust.Network is null || receipt.Network == trust.Network)
                ? null
                : ("another_network", $"the receipt is of {network}, and {World}/{trust.Network ?? "any"} was asked for"),
            $"the receipt is of {network}"
        );
        checks.Decide(
            "digest",
            receipt.Digest.IsOf(content.Span) ? null : ("another_digest", "the receipt is for other content"),
            "the receipt is for this content"
        );
        var inspection = new TokenInspection(trust, checks);
        Inspect(receipt, inspection, checks);
        return Describe(receipt, inspection, checks);
    }

    /// <inheritdoc />
    /// <remarks>There is nobody to ask: the same as <see cref="Verify"/>.</remarks>
    public Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Task.FromResult(Verify(receipt, content));

    /// <summary>What a receipt gives as its reference: the token's serial number, in hex.</summary>
    internal static string ReferenceOf(Rfc3161TimestampTokenInfo facts) => Convert.ToHexStringLower(facts.GetSerialNumber().Span);

    private void Inspect(AnchorReceipt receipt, TokenInspection inspection, ReceiptCheckList checks)
    {
        try
        {
            var proof = TimeStampProof.Read(receipt.Proof);
            if (proof.Token is null && receipt.State is ReceiptState.Prepared or ReceiptState.Rejected)
            {
                checks.OutOfReach("token", "the authority has not answered yet");
                return;
            }

            inspection.Run(receipt.Digest, proof);
            inspection.AskTime(receipt.PreparedAt, time.GetUtcNow());
            checks.Decide(
                "receipt",
                receipt.State is ReceiptState.Final
                && receipt.Block is null
                && (inspection.Facts is not { } facts || receipt.Reference == ReferenceOf(facts))
                    ? null
                    : ("claims_differ", "the receipt's state or serial number is not its token's"),
                "the receipt says what its token says"
            );
        }
        catch (BadInputException refusal)
        {
            checks.Fail("proof", "malformed", refusal.Message);
        }
    }

    private Witness Describe(AnchorReceipt receipt, TokenInspection inspection, ReceiptCheckList checks)
    {
        var asked = checks.ToImmutable();
        var isProven =
            inspection.IsTrusted && asked.All(static check => !check.IsRequired || check.Outcome is Core.Checks.CheckOutcome.Passed);
        var signer = inspection.Signer?.GetNameInfo(
            System.Security.Cryptography.X509Certificates.X509NameType.SimpleName,
            forIssuer: false
        );
        return new Witness
        {
            Anchor = receipt.Anchor,
            World = World,
            Network = receipt.Network,
            Target = receipt.Target,
            State =
                receipt.State is not ReceiptState.Final ? receipt.State
                : isProven ? ReceiptState.Final
                : inspection.Facts is not null ? ReceiptState.Submitted
                : ReceiptState.Prepared,
            IsOutside = true,
            Checks = asked,
            ExistedBefore = isProven ? inspection.LatestTime : null,
            By = isProven ? $"the time-stamp authority {signer}" : null,
            Trust = isProven
                ? $"{signer}'s key and clock, and the given root: an authority can sign any time it likes, and revocation was not looked up"
                : "nobody yet: the token does not lead to a root that was given",
            Reference = receipt.Reference,
            Remark = receipt.Remark,
        };
    }
}
