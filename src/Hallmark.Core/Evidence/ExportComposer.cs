using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Evidence;

/// <summary>Makes attested exports, <c>ario.evidence.export/v1</c> (envelope family §13). The verdict that is embedded is the verifier's own.</summary>
public static class ExportComposer
{
    /// <summary>Verifies source and attestations, and signs both together with the verdict.</summary>
    /// <param name="sourceUtf8">The source bundle.</param>
    /// <param name="attestations">Operator attestations, see <see cref="AttestationList"/>; left unmodified. Their operators' signatures stay as they are.</param>
    /// <param name="signer">Whose key signs the export.</param>
    /// <param name="options">What its maker says about it.</param>
    /// <exception cref="BadInputException">The source is no JSON object, an attestation is malformed, or the whole would be nested too deep.</exception>
    public static ComposedExport Compose(
        ReadOnlySpan<byte> sourceUtf8,
        IReadOnlyList<JsonObject> attestations,
        ISigner signer,
        ExportOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(attestations);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(options);
        if (!EvidenceDocument.TryRead(sourceUtf8, out var source, out var refusal))
        {
            throw new BadInputException("The source bundle is not acceptable JSON", refusal);
        }

        using (source)
        {
            if (source.Root.ValueKind != System.Text.Json.JsonValueKind.Object)
            {
                throw new BadInputException("The source bundle is not a JSON object");
            }

            try
            {
                return Compose(source, CanonicalJson.Canonicalize(AttestationList.Transcode(attestations)), signer, options);
            }
            catch (JsonRejectedException exception)
            {
                throw new BadInputException("The export cannot be written: " + exception.Message, exception);
            }
        }
    }

    private static ComposedExport Compose(EvidenceDocument source, byte[] attestations, ISigner signer, ExportOptions options)
    {
        EvidenceDocument.TryRead(attestations, out var records, out _);
        using (records)
        {
            var export = ExportVerifier.Recompute(source.Root, records!.Root, options.GeneratedAt, EvidenceInputs.None, nested: 0); // ! our own text is acceptable
            if (export.Malformed is { } malformed)
            {
                throw new BadInputException("An attestation cannot be used: " + malformed);
            }

            var verdict = export.ToVerdict(export.Status);
            var sourceHash = EvidenceVerifier.HashOf(source.Root);
            using var body = new CanonicalJsonWriter();
            body.StartObject()
                .Name("attestations")
                .Canonical(attestations)
                .Name("export_schema")
                .Text(EvidenceFormat.Export)
                .Name("kernel_verdict")
                .Node(verdict)
                .Name("source_bundle")
                .Canonical(source.Canonical)
                .Name("source_bundle_hash")
                .Text(sourceHash)
                .EndObject();
            var draft = new EvidenceDraft
            {
                BodyType = EvidenceFormat.Export,
                Issuer = new JsonObject { ["kind"] = "issuer", ["issuer_id"] = options.IssuerId },
                GeneratedAt = options.GeneratedAt,
                Gateway = options.Gateway,
                Verdict = new JsonObject
                {
                    ["status"] = verdict["status"]!.DeepClone(), // ! every verdict has one
                    ["summary"] = verdict["summary"]!.DeepClone(), // ! every verdict has one
                    ["counts"] = verdict["counts"]!.DeepClone(), // ! every verdict has them
                    ["as_of"] = options.GeneratedAt,
                },
                Body = body.ToArray(),
                PreviousHash = options.PreviousHash,
            };
            return new ComposedExport(EvidenceSealer.Seal(draft, signer), export.Status, sourceHash, export.Attestations);
        }
    }
}
