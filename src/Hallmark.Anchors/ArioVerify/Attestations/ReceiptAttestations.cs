using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.ArioVerify.Attestations;

/// <summary>Operator attestations in a receipt's proof, member <c>attestations</c>: a list of records of envelope.md §14.1.</summary>
public static class ReceiptAttestations
{
    /// <summary>The most that are read.</summary>
    public const int MaxCount = 8;

    /// <summary>Checks them all. One that is malformed, or that speaks of something else, is a fault of the receipt.</summary>
    /// <param name="attestations">The member; null for none.</param>
    /// <param name="transactionId">The transaction that the receipt is about.</param>
    /// <param name="dataHash">SHA-256 of that transaction's data.</param>
    /// <param name="trustedOperators">The addresses of the operators who are believed.</param>
    /// <param name="malformed">Why the member cannot be read; null where it can.</param>
    /// <returns>What was found about each, in order; none where the member cannot be read.</returns>
    public static IReadOnlyList<AttestationFindings> Verify(
        JsonNode? attestations,
        string transactionId,
        Digest dataHash,
        IReadOnlyCollection<string> trustedOperators,
        out string? malformed
    )
    {
        malformed = null;
        return attestations is null ? []
            : TryRead(attestations, out var read, out malformed)
                ? [.. read.Select(attestation => attestation.Verify(transactionId, dataHash, trustedOperators))]
            : [];
    }

    /// <summary>Reads the member; verifies nothing.</summary>
    /// <param name="attestations">The member.</param>
    /// <param name="read">The attestations, 1 to <see cref="MaxCount"/>; null on a false result.</param>
    /// <param name="fault">What is malformed; null on a true result.</param>
    public static bool TryRead(
        JsonNode? attestations,
        [NotNullWhen(true)] out IReadOnlyList<OperatorAttestation>? read,
        [NotNullWhen(false)] out string? fault
    )
    {
        read = null;
        if (attestations is not JsonArray { Count: > 0 and <= MaxCount } records)
        {
            fault = $"the attestations are not a list of 1 to {MaxCount}";
            return false;
        }

        var found = new List<OperatorAttestation>();
        foreach (var record in records)
        {
            if (!OperatorAttestation.TryRead(record, out var attestation, out fault))
            {
                return false;
            }

            found.Add(attestation);
        }

        (read, fault) = (found, null);
        return true;
    }

    /// <summary>The one that says most: believed, with a block, of the highest level, the earliest block first. Null where none is believed.</summary>
    public static AttestationFindings? FindBest(IEnumerable<AttestationFindings> findings) =>
        findings
            .Where(static finding => finding.IsBelieved)
            .OrderByDescending(static finding => finding.BlockHeight is not null)
            .ThenByDescending(static finding => finding.Level ?? 0)
            .ThenBy(static finding => finding.BlockHeight)
            .FirstOrDefault();
}
