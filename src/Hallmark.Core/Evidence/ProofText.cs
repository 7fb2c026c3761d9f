namespace Hallmark.Core.Evidence;

/// <summary>Results in lines for people, in the order and words of the family's proof command line.</summary>
internal static class ProofText
{
    internal static IReadOnlyList<string> Of(ProofFileResult result, string name)
    {
        var lines = new List<string>();
        if (result.Status == EvidenceStatus.Malformed)
        {
            lines.Add("MALFORMED  " + name);
            lines.AddRange(result.Errors.Select(error => "  - " + error));
            return lines;
        }

        if (result.Evidence is { } evidence)
        {
            AddEvidence(lines, evidence, name);
        }
        else if (result.Inclusion is { } inclusion)
        {
            AddInclusion(lines, inclusion, name);
        }

        lines.AddRange(result.Findings.Select(finding => $"  also: {finding.Subject}: {finding.Detail}"));
        return lines;
    }

    private static void AddEvidence(List<string> lines, EvidenceVerification evidence, string name)
    {
        lines.Add("Evidence bundle  " + name);
        lines.Add("  body_type     " + (evidence.BodyType ?? "<unknown>"));
        lines.Add(
            $"  wrapper       sig {Mark(evidence.SignatureOk)}  body_hash {Mark(evidence.BodyHashOk)}  spec {Mark(evidence.SpecVersionOk)}"
        );
        AddCheckpoints(lines, evidence.Checkpoints);
        AddEvents(lines, evidence.Events);
        if (evidence.Export is { } export)
        {
            AddExport(lines, export);
        }

        var asked = evidence.Checkpoints.Max(checkpoint => checkpoint.OnChain?.PerGateway.Count) ?? 0;
        AddRollup(lines, evidence.Status, asked, evidence.OnChainChecked);
        if (evidence.AssertedStatus is { Length: > 0 } asserted && asserted != EvidenceWords.Of(evidence.Status))
        {
            lines.Add(
                $"  (producer asserted \"{asserted}\"; recomputed verdict is \"{EvidenceWords.Of(evidence.Status)}\" — recomputed wins)"
            );
        }

        lines.AddRange(evidence.Errors.Select(error => "  note: " + error));
        var disclosed = evidence.Events.Count(item => item.ContentOk is not null);
        if (disclosed > 0)
        {
            lines.Add($"  logs: {evidence.Events.Count(item => item.ContentOk == true)}/{disclosed} disclosed verified");
        }
    }

    private static void AddCheckpoints(List<string> lines, IReadOnlyList<CheckpointVerification> checkpoints)
    {
        if (checkpoints.Count > 0)
        {
            lines.AddRange(["", "  Checkpoints"]);
        }

        foreach (var checkpoint in checkpoints)
        {
            var onChain = checkpoint.OnChain?.IsOk is { } isOk ? "  on-chain " + Mark(isOk) : "";
            lines.Add(
                $"    {Mark(checkpoint.IsOk)} {ShortTx(checkpoint.TxId)}  envelope {Mark(checkpoint.EnvelopeOk)}  root {Mark(checkpoint.MerkleRootOk)}{onChain}"
            );
            lines.AddRange(checkpoint.Errors.Select(error => "        - " + error));
        }
    }

    private static void AddEvents(List<string> lines, IReadOnlyList<TraceEventVerification> events)
    {
        if (events.Count > 0)
        {
            lines.AddRange(["", "  Events"]);
        }

        foreach (var item in events)
        {
            var binding = item.PayloadBindingOk is null ? "~ record withheld" : "record " + Mark(item.PayloadBindingOk);
            var logs = item.ContentOk is { } isOk ? "  logs " + Mark(isOk) : "";
            lines.Add(
                $"    {Mark(item.IsOk)} {ShortId(item.EventId)}  sig {Mark(item.EnvelopeOk)}  {binding}  inclusion {Mark(item.InclusionOk)}{logs}"
            );
            lines.AddRange(item.Errors.Select(error => "        - " + error));
        }
    }

    private static void AddExport(List<string> lines, ExportVerification export)
    {
        lines.AddRange([
            "",
            "  Attested export",
            $"    source linkage {Mark(export.SourceLinkageOk)}  verdict agreement {Mark(export.VerdictAgreementOk)}",
        ]);
        if (export.Attestations.Count > 0)
        {
            lines.Add("    Operator attestations");
        }

        foreach (var attestation in export.Attestations)
        {
            lines.Add(
                $"      {Mark(attestation.IsOk)} {ShortId(attestation.Operator)}  sig {Mark(attestation.SignatureOk)}"
                    + $"  operator {Mark(attestation.OperatorAddressBound)}  data_hash {Mark(attestation.DataHashBound)}"
            );
            lines.AddRange(attestation.Errors.Select(error => "          - " + error));
        }
    }

    private static void AddInclusion(List<string> lines, InclusionBundleVerification inclusion, string name)
    {
        var onChain = inclusion.OnChain?.IsOk is { } isOk ? "  on-chain " + Mark(isOk) : "";
        lines.AddRange([
            "Agent inclusion proof  " + name,
            "  spec_version  " + EvidenceFormat.InclusionBundle,
            $"  checkpoint    {ShortTx(inclusion.CheckpointTxId ?? "")}  envelope {Mark(inclusion.Envelope?.IsOk == true)}",
            $"  leaf          index {inclusion.LeafIndex ?? -1} / {inclusion.LeafCount?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}  inclusion {Mark(inclusion.InclusionOk)}{onChain}",
        ]);
        AddRollup(lines, inclusion.Status, inclusion.OnChain?.PerGateway.Count ?? 0, inclusion.OnChain is not null);
        lines.AddRange(inclusion.Errors.Select(error => "  note: " + error));
    }

    private static void AddRollup(List<string> lines, EvidenceStatus status, int gateways, bool isOnChainChecked) =>
        lines.AddRange([
            "",
            EvidenceWords.Of(status).ToUpperInvariant()
                + "  "
                + (
                    isOnChainChecked
                        ? $"verified offline + on-chain against {gateways} gateway(s)"
                        : "verified offline (no gateway re-fetch requested)"
                ),
        ]);

    private static string Mark(bool? isOk) =>
        isOk switch
        {
            true => "✓",
            false => "✗",
            null => "~",
        };

    private static string ShortTx(string txId) => txId.Length <= 16 ? txId : $"{txId[..8]}…{txId[^4..]}";

    private static string ShortId(string id) => id.Length <= 12 ? id : id[..8] + "…";
}
