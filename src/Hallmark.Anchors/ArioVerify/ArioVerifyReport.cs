using System.Collections.Immutable;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.ArioVerify;

/// <summary>
/// An answer of the service, judged (ario-verify-api.md §11): the transaction asked for, existence, the uploader's signature and the hashes before the level, which alone
/// says little; then the operator's signature.
/// </summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record ArioVerifyReport
{
    /// <summary>What the service said.</summary>
    public required ArioVerifyResult Result { get; init; }

    /// <summary>What it comes to.</summary>
    public required ArioVerifyState State { get; init; }

    /// <summary>What was asked of the answer.</summary>
    public required ImmutableArray<Check> Checks { get; init; }

    /// <summary>The operator's attestation and what holds of it; null where there is none.</summary>
    public AttestationFindings? Attestation { get; init; }

    /// <summary>That attestation as it was signed, to be kept; or null.</summary>
    public OperatorAttestation? SignedRecord { get; init; }

    /// <summary>Where pending: when to expect more, as an estimate for people.</summary>
    public DateTimeOffset? ExpectedAt { get; init; }

    /// <summary>Judges an answer.</summary>
    /// <param name="result">What the service said.</param>
    /// <param name="attestation">What its operator signed; or null.</param>
    /// <param name="missing">Why there is no attestation; or null.</param>
    /// <param name="transactionId">The transaction that was asked for.</param>
    /// <param name="dataHash">SHA-256 of the data that it should hold.</param>
    /// <param name="options">The level that is enough, and who is trusted.</param>
    /// <param name="now">The time, for the estimate.</param>
    public static ArioVerifyReport Judge(
        ArioVerifyResult result,
        OperatorAttestation? attestation,
        string? missing,
        string transactionId,
        Digest dataHash,
        ArioVerifyOptions options,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(options);
        var checks = new ReceiptCheckList();
        AskResult(result, transactionId, dataHash, checks);
        AskLevel(result, options.MinimumLevel, checks);
        var findings = attestation?.Verify(transactionId, dataHash, options.TrustedOperators);
        if (findings is not null)
        {
            foreach (var check in findings.Checks)
            {
                checks.Add(check);
            }
        }
        else if (options.TrustedOperators.Count > 0)
        {
            NotRun(checks, "attestation", "no_attestation", missing ?? "there is no attestation");
        }
        else
        {
            checks.Skip("attestation", "no_attestation", missing ?? "there is no attestation");
        }

        var asked = checks.ToImmutable();
        var state =
            asked.Any(static check => check.Outcome is CheckOutcome.Failed) ? ArioVerifyState.Refuted
            : result.Existence is "pending" ? ArioVerifyState.Pending
            : asked.All(static check => !check.IsRequired || check.Outcome is CheckOutcome.Passed) ? ArioVerifyState.Witnessed
            : ArioVerifyState.Undetermined;
        return new ArioVerifyReport
        {
            Result = result,
            State = state,
            Checks = asked,
            Attestation = findings,
            SignedRecord = attestation,
            ExpectedAt = state is ArioVerifyState.Pending ? now + options.UsualTime : null,
        };
    }

    private static void AskResult(ArioVerifyResult result, string transactionId, Digest dataHash, ReceiptCheckList checks)
    {
        checks.Decide(
            "transaction",
            result.TransactionId == transactionId ? null : ("another_transaction", "the service answered about another transaction"),
            "the service answered about this transaction"
        );
        switch (result.Existence)
        {
            case "confirmed":
                checks.Pass("existence", $"in block {result.BlockHeight}, the service says");
                break;
            case "pending":
                NotRun(checks, "existence", "pending", "no block holds it yet, as far as the service knows");
                break;
            default:
                NotRun(checks, "existence", result.Existence is "not_found" ? "not_found" : "unknown", "the service does not know it");
                break;
        }

        Ask(
            checks,
            "uploader_signature",
            result.SignatureValid,
            (
                "signature_invalid",
                $"the service says that the uploader's signature is wrong: {result.SignatureSkipReason ?? "no reason given"}"
            ),
            result.SignatureSkipReason ?? "the service did not check it"
        );
        Ask(
            checks,
            "gateway_hash",
            result.HashMatch,
            ("hash_differs", "the service's gateway served other data than it says"),
            "the service did not compare it"
        );
        bool? isData = result.DataHash is null ? null : result.DataHash == dataHash;
        if (isData is null)
        {
            NotRun(checks, "data_hash", "no_hash", "the service did not hash the data");
        }
        else
        {
            checks.Decide(
                "data_hash",
                isData.Value ? null : ("another_hash", "the service found other data under this id"),
                "the service found this data"
            );
        }
    }

    private static void AskLevel(ArioVerifyResult result, int minimum, ReceiptCheckList checks)
    {
        if (result.Level >= minimum)
        {
            checks.Pass("level", $"level {result.Level}; {minimum} is enough");
        }
        else
        {
            NotRun(
                checks,
                "level",
                "below_threshold",
                $"level {result.Level?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}; {minimum} is wanted"
            );
        }
    }

    // False speaks against it; null only says that the service did not look.
    private static void Ask(ReceiptCheckList checks, string name, bool? answer, (string Reason, string Detail) fault, string notAsked)
    {
        if (answer is { } known)
        {
            checks.Decide(name, known ? null : fault, "the service says so");
        }
        else
        {
            checks.Skip(name, "not_checked", notAsked);
        }
    }

    private static void NotRun(ReceiptCheckList checks, string name, string reason, string detail) =>
        checks.Add(Check.Unreachable(name, reason, detail));
}
