using System.Globalization;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.Arweave.Receipts;

/// <summary>What is asked of the operators' attestations in a receipt, and what the best of them says.</summary>
internal static class AttestationChecks
{
    /// <summary>Checks all of them. A forged one, or one about something else, refutes the receipt; one by an operator whom nobody trusts adds nothing and takes nothing away.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="operators">The addresses of the operators who are believed.</param>
    /// <param name="height">The block that the receipt or a gateway names; null where none is named.</param>
    /// <param name="notBefore">The earliest time that counts.</param>
    /// <param name="notAfter">The latest time that counts.</param>
    /// <param name="checks">Receives the answers.</param>
    /// <returns>The block by the word of a believed operator; null where no believed one names it.</returns>
    public static AttestedBlock? Run(
        ArweaveProof proof,
        IReadOnlyList<string> operators,
        long? height,
        DateTimeOffset notBefore,
        DateTimeOffset notAfter,
        ReceiptCheckList checks
    )
    {
        if (proof.Attestations.Count == 0)
        {
            return null;
        }

        var dataHash = Digest.Compute(DigestAlgorithm.Sha256, proof.Item.Data.Span);
        var findings = proof.Attestations.Select(attestation => attestation.Verify(proof.Item.Id, dataHash, operators)).ToList();
        foreach (var check in findings.SelectMany(finding => finding.Checks))
        {
            checks.Add(check with { IsRequired = check.IsRequired && check.Outcome is not CheckOutcome.NotRun });
        }

        if (ReceiptAttestations.FindBest(findings) is not { BlockHeight: { } attested } best)
        {
            return null;
        }

        if (height is { } named && named != attested)
        {
            // A block can be undone after it was attested: then the next one counts, and the attestation speaks of what was.
            checks.Skip(
                "attestation_block",
                "another_block",
                string.Create(CultureInfo.InvariantCulture, $"the operator attests block {attested}, and block {named} is named now")
            );
            return null;
        }

        var isTimely = best.BlockTime is { } time && time >= notBefore && time <= notAfter;
        if (best.BlockTime is not null && !isTimely)
        {
            checks.Skip("attestation_time", "clocks_disagree", "the attested block's time cannot be: it does not count");
        }

        return new AttestedBlock(best.Operator, attested, isTimely ? best.BlockTime : null, best.Level);
    }
}
