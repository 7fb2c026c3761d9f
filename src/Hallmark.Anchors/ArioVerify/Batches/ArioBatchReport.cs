using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Anchors.ArioVerify.Batches;

/// <summary>A report <c>verify.bundle.run</c> (ario-verify-api.md §8): what an operator signed about many transactions at once. Reading it verifies nothing.</summary>
public sealed class ArioBatchReport
{
    /// <summary>The longest report that is read, in bytes; 50,000 ids and 1,000 failures take 3 MB.</summary>
    public const int MaxSizeInBytes = 8 << 20;

    private const string ReportType = "verify.bundle.run";
    private readonly JsonObject _json;
    private readonly bool _isCanonical;
    private readonly FrozenSet<string> _ids;
    private readonly FrozenDictionary<string, ArioOutcome> _failures;

    private ArioBatchReport(JsonObject json, bool isCanonical)
    {
        _json = json;
        _isCanonical = isCanonical;
        _ids = (json.FindObject("input")?["ids"] as JsonArray ?? [])
            .Select(static id => id is JsonValue value && value.TryGetValue<string>(out var text) ? text : "")
            .ToFrozenSet(StringComparer.Ordinal);
        _failures = (json["failures"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .DistinctBy(static failure => failure.FindText("txId") ?? "", StringComparer.Ordinal)
            .ToFrozenDictionary(
                static failure => failure.FindText("txId") ?? "",
                static failure => new ArioOutcome(
                    failure.FindText("outcome") ?? ArioOutcome.Unavailable,
                    failure.FindText("failureReason")
                ),
                StringComparer.Ordinal
            );
    }

    /// <summary>The operator's address as the report names it; or null.</summary>
    public string? Operator => _json.FindText("operator");

    /// <summary>When the run ended; or null.</summary>
    public DateTimeOffset? FinishedAt => _json.FindTime("finishedAt");

    /// <summary>Reads a report.</summary>
    /// <exception cref="BadInputException">It is no such report.</exception>
    public static ArioBatchReport Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxSizeInBytes)
        {
            throw new BadInputException($"the batch report is larger than {MaxSizeInBytes} bytes");
        }

        try
        {
            return StrictJson.Parse(utf8) is JsonObject json && json.FindText("type") == ReportType && json.FindInteger("version") == 1
                ? new ArioBatchReport(json, CanonicalJson.Canonicalize(json).AsSpan().SequenceEqual(utf8))
                : throw new BadInputException($"it is no batch report {ReportType} of version 1");
        }
        catch (JsonRejectedException refusal)
        {
            throw new BadInputException($"the batch report is not JSON: {refusal.Message}", refusal);
        }
    }

    /// <summary>Checks the report.</summary>
    /// <param name="jobId">The job that it must be of; null for any.</param>
    /// <param name="transactionIds">What was handed in, in order; null where nobody knows.</param>
    /// <param name="trustedOperators">The addresses of the operators who are believed.</param>
    public ImmutableArray<Check> Verify(
        string? jobId,
        IReadOnlyCollection<string>? transactionIds,
        IReadOnlyCollection<string> trustedOperators
    )
    {
        ArgumentNullException.ThrowIfNull(trustedOperators);
        var checks = new ReceiptCheckList();
        var isAsked = (jobId is null || _json.FindText("jobId") == jobId) && (transactionIds is null || _ids.SetEquals(transactionIds));
        checks.Decide(
            "report_job",
            isAsked ? null : ("another_job", "the report is of another job or other transactions"),
            "the report is of this job"
        );
        AskSignature(checks);
        AskOperator(trustedOperators, checks);
        checks.Decide(
            "report_totals",
            AddsUp() ? null : ("totals_differ", "the report's numbers do not add up"),
            "the report's numbers add up"
        );
        return checks.ToImmutable();
    }

    /// <summary>What the report says of one transaction; null where it says nothing: it was not handed in, or the list of failures was cut.</summary>
    public ArioOutcome? FindOutcome(string transactionId) =>
        _failures.TryGetValue(transactionId, out var failure) ? failure
        : _ids.Contains(transactionId) && _json.FindBool("failuresTruncated") is false ? new ArioOutcome(ArioOutcome.Verified, null)
        : null;

    private void AskSignature(ReceiptCheckList checks)
    {
        var signed = (JsonObject)_json.DeepClone();
        signed.Remove("payloadHash");
        signed.Remove("signature");
        var bytes = CanonicalJson.Canonicalize(signed);
        checks.Decide(
            "report_hash",
            _isCanonical && _json.FindText("payloadHash") == Base64Url.EncodeToString(SHA256.HashData(bytes))
                ? null
                : ("hash_differs", "the report is not in its canonical form, or its hash is another"),
            "the report has the hash that it names"
        );
        if (_json.FindText("signature") is not { } signature)
        {
            checks.Add(Check.NotRun("report_signature", "not_signed", "the service has no key, and signed nothing"));
            return;
        }

        var octets = OperatorAttestation.DecodeBase64Url(signature);
        var key = new RsaJwk("RSA", _json.FindText("operatorPublicKey"), "AQAB");
        checks.Decide(
            "report_signature",
            octets is not null && RsaPss.Verify(bytes, Convert.ToHexStringLower(octets), key) is SignatureOutcome.Valid
                ? null
                : ("signature_invalid", "the operator's key did not sign this report"),
            "the operator's key signed the report"
        );
    }

    private void AskOperator(IReadOnlyCollection<string> trustedOperators, ReceiptCheckList checks)
    {
        var address = new RsaJwk("RSA", _json.FindText("operatorPublicKey"), "AQAB").Address;
        checks.Decide(
            "report_operator",
            Operator == address ? null : ("operator_not_bound", "the key is not that of the operator that the report names"),
            $"the key is that of operator {address}"
        );
        if (trustedOperators.Count == 0)
        {
            checks.Skip("report_trust", "no_operator_given", $"nobody said which operator to believe; it is {Operator}");
        }
        else
        {
            checks.Decide(
                "report_trust",
                Operator is { } named && trustedOperators.Contains(named, StringComparer.Ordinal)
                    ? null
                    : ("another_operator", $"operator {Operator} is not one of those that the settings trust"),
                $"operator {Operator} is trusted by the settings"
            );
        }
    }

    // Ids handed in twice count twice in the total and give one row.
    private bool AddsUp()
    {
        var totals = _json.FindObject("totals");
        var (verified, tampered, unavailable) = (
            totals.FindInteger("verified"),
            totals.FindInteger("tampered"),
            totals.FindInteger("unavailable")
        );
        var isCut = _json.FindBool("failuresTruncated");
        return isCut is not null
            && totals.FindInteger("total") >= verified + tampered + unavailable
            && _failures.Keys.All(_ids.Contains)
            && (isCut.Value ? tampered + unavailable >= _failures.Count : tampered + unavailable == _failures.Count)
            && (isCut.Value || _failures.Values.Count(static failure => failure.Outcome == ArioOutcome.Tampered) == tampered);
    }
}
