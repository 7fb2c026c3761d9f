using System.Text.Json;

namespace Hallmark.Core.Evidence;

/// <summary>Verifies the body <c>ario.evidence.export/v1</c> (envelope family §13).</summary>
internal static class ExportVerifier
{
    /// <summary>Verifies a body whose wrapper holds.</summary>
    /// <param name="result">The result so far.</param>
    /// <param name="wrapper">The wrapper.</param>
    /// <param name="inputs">What is at hand beside the bundle.</param>
    /// <param name="nested">How many exports this one stands in.</param>
    internal static EvidenceVerification Verify(EvidenceVerification result, EvidenceWrapper wrapper, EvidenceInputs inputs, int nested)
    {
        var body = wrapper.Body;
        if (FindShapeFault(body) is { } fault)
        {
            return Malformed(result, fault);
        }

        if (Members.Find(body, "source_bundle") is not { ValueKind: not JsonValueKind.Null } source)
        {
            return result with
            {
                Status = EvidenceStatus.Partial,
                Errors =
                [
                    "source_bundle is not inline (source_bundle_ref) — bytes unavailable offline; source-dependent checks undetermined",
                ],
            };
        }

        var errors = new List<string>();
        var claimedHash = Members.FindText(body, "source_bundle_hash");
        var sourceHash = EvidenceVerifier.HashOf(source);
        var isLinked = string.Equals(sourceHash, claimedHash, StringComparison.Ordinal);
        if (!isLinked)
        {
            errors.Add($"source_bundle_hash mismatch: body={claimedHash} recomputed={sourceHash}");
        }

        var recomputed = Recompute(source, Members.FindList(body, "attestations")!.Value, wrapper.GeneratedAt, inputs, nested); // ! the shape was checked
        if (recomputed.Malformed is { } malformed)
        {
            return Malformed(result with { Errors = errors }, malformed);
        }

        var agrees = VerdictProjection.Of(Members.Find(body, "kernel_verdict")).AsSpan().SequenceEqual(recomputed.Projection());
        if (!agrees)
        {
            errors.Add("recomputed verdict disagrees with the cached kernel_verdict (deterministic dimensions) — recompute-don't-trust");
        }

        errors.AddRange(recomputed.Source.Errors.Select(note => "source: " + note));
        var status = isLinked && agrees ? recomputed.Status : EvidenceStatus.Failed;
        return result with
        {
            Status = status,
            OnChainChecked = recomputed.Source.OnChainChecked,
            Checkpoints = recomputed.Source.Checkpoints,
            Events = recomputed.Source.Events,
            Export = new ExportVerification
            {
                SourceLinkageOk = isLinked,
                SourceStatus = recomputed.Source.Status,
                VerdictAgreementOk = agrees,
                Attestations = recomputed.Attestations,
                Verdict = recomputed.ToVerdict(status),
                Status = status,
            },
            Errors = errors,
            Findings = [.. recomputed.Source.Findings, .. recomputed.Findings],
        };
    }

    /// <summary>The result for a body that is no export; the wrapper's flags stay as they are.</summary>
    internal static EvidenceVerification Malformed(EvidenceVerification result, string error) =>
        result with
        {
            Status = EvidenceStatus.Malformed,
            Errors = [.. result.Errors, error],
        };

    /// <summary>What a verifier finds out by itself, and a composer embeds: the source verified and every attestation checked.</summary>
    internal static RecomputedExport Recompute(
        JsonElement source,
        JsonElement attestations,
        string? generatedAt,
        EvidenceInputs inputs,
        int nested
    )
    {
        var verified = EvidenceVerifier.Verify(source, inputs, nested + 1);
        var records = Members.Items(attestations);
        if (records.Length > EvidenceFormat.MaxAttestations)
        {
            return new RecomputedExport(verified, [], generatedAt)
            {
                Malformed = $"more than {EvidenceFormat.MaxAttestations} attestations",
            };
        }

        var verifier = new AttestationVerifier(source);
        var checkedRecords = new (AttestationVerification Result, string? Malformed)[records.Length];
        TraceVerifier.ForEach(records.Length, i => checkedRecords[i] = verifier.Verify(records[i]));
        return new RecomputedExport(verified, Array.ConvertAll(checkedRecords, item => item.Result), generatedAt)
        {
            Malformed = Array.Find(checkedRecords, item => item.Malformed is not null).Malformed,
            Findings = [.. records.SelectMany(AttestationVerifier.FindFindings)],
        };
    }

    private static string? FindShapeFault(JsonElement body) =>
        body.ValueKind != JsonValueKind.Object ? "export body is not a JSON object"
        : Members.FindText(body, "source_bundle_hash") is null ? "export body missing source_bundle_hash"
        : Members.FindList(body, "attestations") is null ? "export body missing attestations[]"
        : Members.FindObject(body, "kernel_verdict") is null ? "export body missing kernel_verdict"
        : null;
}
