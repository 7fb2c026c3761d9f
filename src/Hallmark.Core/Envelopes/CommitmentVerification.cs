using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>The result in the shape of the family's MLflow plugin, <c>verify_commitment</c> (envelope family §5.4). Legacy envelopes are accepted and flagged.</summary>
public sealed record CommitmentVerification
{
    private CommitmentVerification() { }

    /// <summary>Whether the envelope's own public key signed it.</summary>
    public bool IsSignatureValid { get; private init; }

    /// <summary>Whether every comparison with <c>payload_hash</c> held; null where there was nothing to compare with.</summary>
    public bool? IsPayloadHashValid { get; private init; }

    /// <summary>The SHA-256 of the supplied bytes, or null where none were supplied.</summary>
    public string? ComputedPayloadHash { get; private init; }

    /// <summary>The envelope's <c>payload_hash</c> as it stands there, whatever it is.</summary>
    public JsonNode? StoredPayloadHash { get; private init; }

    /// <summary>What the <c>spec_version</c> says.</summary>
    public SpecVersionStatus SpecVersionStatus { get; private init; }

    /// <summary>Whether all that was asked holds.</summary>
    public bool IsOverall { get; private init; }

    /// <summary>Why the profile is not supported; null where it is: <c>unsupported_spec_version</c> or <c>envelope_not_a_json_object</c>.</summary>
    public string? Reason { get; private init; }

    /// <summary>The first check of the MLflow verification: the signature and the profile, nothing else.</summary>
    public bool IsSignatureCheckOk => IsSignatureValid && SpecVersionStatus != SpecVersionStatus.Unsupported;

    /// <summary>Verifies an envelope, with the committed bytes if at hand.</summary>
    public static CommitmentVerification Verify(JsonNode? envelope, ReadOnlyMemory<byte>? committedBytes)
    {
        var kernel = EnvelopeVerifier.Verify(envelope, committedBytes, expectedContentHash: null, allowLegacy: true);
        var isUnsupported = kernel.SpecVersionStatus == SpecVersionStatus.Unsupported;
        // A kernel that refused the object's names has not read it; reading it again here would raise what the kernel swallowed.
        var members = envelope as JsonObject;
        return new CommitmentVerification
        {
            IsSignatureValid = kernel.SignatureOk,
            IsPayloadHashValid = kernel.PayloadHashOk,
            ComputedPayloadHash = committedBytes is { } bytes ? Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) : null,
            StoredPayloadHash = members is null || kernel.IsMalformed ? null : members["payload_hash"]?.DeepClone(),
            SpecVersionStatus = kernel.SpecVersionStatus,
            IsOverall = kernel.IsOk,
            Reason =
                !isUnsupported ? null
                : members is null ? "envelope_not_a_json_object"
                : "unsupported_spec_version",
        };
    }

    /// <summary>The result of <c>verify_commitment</c>, <c>snake_case</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["signature_valid"] = IsSignatureValid,
            ["payload_hash_valid"] = IsPayloadHashValid,
            ["computed_payload_hash"] = ComputedPayloadHash,
            ["stored_payload_hash"] = StoredPayloadHash?.DeepClone(),
            ["spec_version_status"] = StatusText,
            ["legacy_envelope"] = SpecVersionStatus == SpecVersionStatus.Legacy,
            ["overall"] = IsOverall,
        };
        return WithReason(json);
    }

    /// <summary>The result of <c>verify_signature</c>, <c>snake_case</c>; what the bytes said is left out.</summary>
    public JsonObject ToSignatureJson()
    {
        var json = new JsonObject
        {
            ["ok"] = IsSignatureCheckOk,
            ["signature_valid"] = IsSignatureValid,
            ["spec_version_status"] = StatusText,
            ["legacy_envelope"] = SpecVersionStatus == SpecVersionStatus.Legacy,
        };
        return WithReason(json);
    }

    private string StatusText => SpecVersionStatus.ToString().ToLowerInvariant();

    private JsonObject WithReason(JsonObject json)
    {
        if (Reason is not null)
        {
            json["reason"] = Reason;
        }

        return json;
    }
}
