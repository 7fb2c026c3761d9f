using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>All that was found while verifying one envelope (envelope family §5.2). Says nothing about whose key signed.</summary>
/// <remarks>Compared by reference of <see cref="Errors"/>; not meant to be compared.</remarks>
public sealed record EnvelopeVerification
{
    /// <summary>True where the profile is accepted, the signature holds and no comparison of the payload hash failed.</summary>
    public bool IsOk => SpecVersionOk && SignatureOk && PayloadHashOk != false;

    /// <summary>What the <c>spec_version</c> says.</summary>
    public SpecVersionStatus SpecVersionStatus { get; init; }

    /// <summary>Whether the profile is accepted; for legacy envelopes, whether the caller accepts them.</summary>
    public bool SpecVersionOk { get; init; }

    /// <summary>Whether every comparison with <c>payload_hash</c> held; null where there was nothing to compare with.</summary>
    public bool? PayloadHashOk { get; init; }

    /// <summary>Whether the envelope's own public key signed it.</summary>
    public bool SignatureOk { get; init; }

    /// <summary>Whether the expected content hash is one that the envelope commits to; null where none was expected. Does not bear on <see cref="IsOk"/>.</summary>
    public bool? ContentHashOk { get; init; }

    /// <summary>The role of the content that the expected hash belongs to, or null.</summary>
    public ContentRole? ContentRole { get; init; }

    /// <summary>Whether the envelope has no <c>spec_version</c>.</summary>
    public bool IsLegacy => SpecVersionStatus == SpecVersionStatus.Legacy;

    /// <summary>Whether the object could not be read at all: bytes that are not strict JSON, or a tree with repeated or ill-formed names.</summary>
    public bool IsMalformed { get; init; }

    /// <summary>What did not hold, for people; the texts of the family's Python kernel.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The result as the family's kernels give it, <c>snake_case</c>.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["ok"] = IsOk,
            ["spec_version_ok"] = SpecVersionOk,
            ["payload_hash_ok"] = PayloadHashOk,
            ["signature_ok"] = SignatureOk,
            ["content_hash_ok"] = ContentHashOk,
            ["content_role"] = ContentRole?.ToString().ToLowerInvariant(),
            ["legacy_envelope"] = IsLegacy,
            ["errors"] = new JsonArray([.. Errors.Select(error => (JsonNode)error)]),
        };
}
