using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Envelopes;

/// <summary>Verifies one envelope (envelope family §5.1). Whatever it is handed, the answer is a value and never an exception.</summary>
public static class EnvelopeVerifier
{
    private const string NotAnObject = "envelope is not a JSON object";

    /// <summary>Verifies an envelope.</summary>
    /// <param name="envelope">The parsed envelope, whatever it is.</param>
    /// <param name="committedBytes">The committed bytes as they are stored, if at hand; none at all are different from null (and a null array becomes no bytes, not null).</param>
    /// <param name="expectedContentHash">A hash of raw content that the envelope should commit to, or null.</param>
    /// <param name="allowLegacy">Whether envelopes without <c>spec_version</c> are accepted.</param>
    public static EnvelopeVerification Verify(
        JsonNode? envelope,
        ReadOnlyMemory<byte>? committedBytes = null,
        string? expectedContentHash = null,
        bool allowLegacy = false
    )
    {
        if (envelope is not JsonObject members)
        {
            return Refused(NotAnObject, expectedContentHash);
        }

        try
        {
            return VerifyObject(members, committedBytes, expectedContentHash, allowLegacy);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException)
        {
            // A tree that a looser reader built finds its repeated or ill-formed names only when they are looked at.
            return Malformed("a member name is repeated or ill-formed", expectedContentHash);
        }
    }

    /// <summary>Verifies an envelope from the bytes received. Repeated names count with their last value, as in the family's kernels.</summary>
    /// <inheritdoc cref="Verify(JsonNode, ReadOnlyMemory{byte}?, string, bool)"/>
    /// <param name="envelopeUtf8">The envelope's bytes; at most <see cref="StrictJson.MaxSizeInBytes"/>. Malformed ones give a result in which nothing holds.</param>
    /// <param name="committedBytes">The committed bytes as they are stored, if at hand; none at all are different from null (and a null array becomes no bytes, not null).</param>
    /// <param name="expectedContentHash">A hash of raw content that the envelope should commit to, or null.</param>
    /// <param name="allowLegacy">Whether envelopes without <c>spec_version</c> are accepted.</param>
    public static EnvelopeVerification Verify(
        ReadOnlySpan<byte> envelopeUtf8,
        ReadOnlyMemory<byte>? committedBytes = null,
        string? expectedContentHash = null,
        bool allowLegacy = false
    ) =>
        StrictJson.TryParse(envelopeUtf8, out var envelope, out var refusal, DuplicateNames.KeepLast)
            ? Verify(envelope, committedBytes, expectedContentHash, allowLegacy)
            : Malformed(refusal.Message, expectedContentHash);

    /// <summary>Whether the envelope's own public key signed it; any trouble is a no.</summary>
    internal static bool HasGoodSignature(JsonObject envelope)
    {
        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        if (
            !Ed25519PublicKey.TryParseHex(MemberText.Find(envelope, "public_key"), out var key)
            || MemberText.Find(envelope, "signature") is not { } hex
            || hex.Length != 2 * signature.Length
            || Convert.FromHexString(hex, signature, out _, out _) != System.Buffers.OperationStatus.Done
        )
        {
            return false;
        }

        try
        {
            return key.Verify(SignedScope.BytesOf(envelope), signature);
        }
        catch (JsonRejectedException)
        {
            return false;
        }
    }

    private static EnvelopeVerification VerifyObject(
        JsonObject envelope,
        ReadOnlyMemory<byte>? committedBytes,
        string? expectedContentHash,
        bool allowLegacy
    )
    {
        var errors = new List<string>();
        var status = SpecVersion.StatusOf(envelope);
        var specVersionOk = status == SpecVersionStatus.Supported || (status == SpecVersionStatus.Legacy && allowLegacy);
        if (!specVersionOk)
        {
            errors.Add(
                status == SpecVersionStatus.Legacy
                    ? "missing spec_version (pass allow_legacy=True to accept)"
                    : "unsupported spec_version: " + PythonRepr.Of(envelope["spec_version"])
            );
        }

        var payloadHashOk = BindsPayload(envelope, committedBytes, errors);
        var signatureOk = HasGoodSignature(envelope);
        if (!signatureOk)
        {
            errors.Add("Ed25519 signature verification failed");
        }

        var (contentHashOk, role) = BindsContent(envelope, expectedContentHash, errors);
        return new EnvelopeVerification
        {
            SpecVersionStatus = status,
            SpecVersionOk = specVersionOk,
            PayloadHashOk = payloadHashOk,
            SignatureOk = signatureOk,
            ContentHashOk = contentHashOk,
            ContentRole = role,
            Errors = errors,
        };
    }

    private static bool? BindsPayload(JsonObject envelope, ReadOnlyMemory<byte>? committedBytes, List<string> errors)
    {
        if (MemberText.Find(envelope, "payload_hash") is not { } claimed)
        {
            errors.Add("missing payload_hash (envelope-spec §2: required in every profile)");
            return false;
        }

        bool? holds = null;
        if (envelope.TryGetPropertyValue("payload", out var payload))
        {
            try
            {
                holds = string.Equals(CanonicalJson.Sha256Hex(payload), claimed, StringComparison.Ordinal);
            }
            catch (JsonRejectedException)
            {
                errors.Add("payload is not JCS-canonicalizable");
                holds = false;
            }
        }

        if (committedBytes is { } bytes)
        {
            holds =
                holds != false && string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), claimed, StringComparison.Ordinal);
        }

        if (holds == false)
        {
            errors.Add("payload_hash does not match the committed bytes");
        }

        return holds;
    }

    private static (bool? Ok, ContentRole? Role) BindsContent(JsonObject envelope, string? expected, List<string> errors)
    {
        if (expected is null)
        {
            return (null, null);
        }

        foreach (var hash in ContentHash.Of(envelope))
        {
            if (string.Equals(hash.Value, expected, StringComparison.OrdinalIgnoreCase))
            {
                return (true, hash.Role);
            }
        }

        errors.Add("expected_content_hash matches no hash this envelope commits to");
        return (false, null);
    }

    private static EnvelopeVerification Malformed(string why, string? expectedContentHash) =>
        Refused("envelope is malformed: " + why, expectedContentHash) with
        {
            IsMalformed = true,
        };

    private static EnvelopeVerification Refused(string error, string? expectedContentHash) =>
        new() { ContentHashOk = expectedContentHash is null ? null : false, Errors = [error] };
}
