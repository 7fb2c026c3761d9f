using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave;

/// <summary>
/// Asks a verification service for its operator's attestation of an item that is in a block, and keeps it with the receipt. A second opinion: what the service does or
/// does not say never takes away what the receipt has.
/// </summary>
/// <param name="client">The service.</param>
/// <param name="options">Which level is enough, and whom to believe.</param>
/// <param name="time">The clock.</param>
public sealed class AttestationRequest(ArioVerifyClient client, ArioVerifyOptions options, TimeProvider time)
{
    /// <summary>So long after the submission a final receipt still waits for an attestation; gateways index an item within hours.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(1);

    private const int MaxRemarkLength = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestAskedPause = TimeSpan.FromHours(1);

    /// <summary>How the service does, in words.</summary>
    public async Task<string> DescribeHealthAsync(CancellationToken cancellationToken) =>
        (await client.ReadHealthAsync(cancellationToken).ConfigureAwait(false)).Detail;

    /// <summary>Asks, unless the receipt has an attestation of the wanted level for its block already.</summary>
    /// <param name="receipt">A receipt that names a block.</param>
    /// <param name="proof">Its proof.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The receipt with the attestation, or with the reason why there is none yet in its remark.</returns>
    public async Task<AnchorReceipt> AddToAsync(AnchorReceipt receipt, ArweaveProof proof, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(proof);
        var dataHash = Digest.Compute(DigestAlgorithm.Sha256, proof.Item.Data.Span);
        if (proof.Attestations.Any(attestation => IsEnough(attestation.Verify(proof.Item.Id, dataHash, options.TrustedOperators))))
        {
            return receipt;
        }

        try
        {
            var report = await client.VerifyAsync(proof.Item.Id, dataHash, cancellationToken).ConfigureAwait(false);
            if (report is not { SignedRecord: { } signed, Attestation: { } findings })
            {
                return Waiting(receipt, Describe(report));
            }

            if (findings.Checks.Any(check => check.Outcome is CheckOutcome.Failed))
            {
                return Waiting(receipt, "its attestation is not kept: " + Describe(report));
            }

            var kept = receipt with { Proof = With(proof, signed, findings.Operator).ToJson() };
            return IsEnough(findings)
                ? kept with
                {
                    Remark = Cut($"{receipt.Remark}; {findings.Statement}"),
                }
                : Waiting(kept, findings.Statement);
        }
        catch (Core.Failures.UnavailableException fault)
        {
            return Waiting(receipt, fault.Message, fault.RetryAfter);
        }

        bool IsEnough(AttestationFindings findings) =>
            findings.Level >= options.MinimumLevel
            && findings.BlockHeight == receipt.Block?.Height
            && findings.Checks.All(check => check.Outcome is not CheckOutcome.Failed);
    }

    // One of each operator, the newest.
    private static ArweaveProof With(ArweaveProof proof, OperatorAttestation signed, string address) =>
        proof with
        {
            Attestations =
            [
                .. proof.Attestations.Where(attestation => attestation.Key.Address != address).TakeLast(ReceiptAttestations.MaxCount - 1),
                signed,
            ],
        };

    // The pause that the service asks for counts up to an hour: the receipt's block is not asked after in the meantime either.
    private AnchorReceipt Waiting(AnchorReceipt receipt, string why, TimeSpan? askedPause = null)
    {
        var now = time.GetUtcNow();
        var pause = askedPause is { } asked ? TimeSpan.FromTicks(Math.Min(asked.Ticks, LongestAskedPause.Ticks)) : TimeSpan.Zero;
        return receipt with
        {
            RefreshAfter =
                receipt.State is not ReceiptState.Final ? (receipt.RefreshAfter > now + pause ? receipt.RefreshAfter : now + pause)
                : now - (receipt.SubmittedAt ?? receipt.PreparedAt) < GivenUpAfter ? now + (pause > Pause ? pause : Pause)
                : null,
            Remark = Cut($"{receipt.Remark}; ar.io Verify: {why}"),
        };
    }

    private static string Describe(ArioVerifyReport report) =>
        string.Join(
            "; ",
            report
                .Checks.Where(check => check.Outcome is CheckOutcome.Failed)
                .Concat(report.Checks.Where(check => check.Outcome is CheckOutcome.NotRun && check.IsRequired))
                .Select(check => check.Detail)
                .DefaultIfEmpty("no attestation yet")
        );

    private static string Cut(string text) => ShortText.Cut(text, MaxRemarkLength);
}
