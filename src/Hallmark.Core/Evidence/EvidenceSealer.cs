using System.Security.Cryptography;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Evidence;

/// <summary>Signs evidence bundles (envelope family §11).</summary>
public static class EvidenceSealer
{
    /// <summary>Adds hash, key and signature to a draft.</summary>
    /// <exception cref="JsonRejectedException">A part has no canonical form, or the bundle would be nested too deep.</exception>
    /// <exception cref="ArgumentException">The draft has no body type, no time, or an issuer without a kind.</exception>
    public static SealedEvidence Seal(EvidenceDraft draft, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentException.ThrowIfNullOrEmpty(draft.BodyType, nameof(draft));
        ArgumentException.ThrowIfNullOrEmpty(draft.GeneratedAt, nameof(draft));
        if (Envelopes.MemberText.Find(draft.Issuer, "kind") is null)
        {
            throw new ArgumentException("An issuer has a kind.", nameof(draft));
        }

        var body = CanonicalJson.Canonicalize(draft.Body.Span);
        CheckDepth(body);
        var bodyHash = Convert.ToHexStringLower(SHA256.HashData(body));
        var scope = Write(draft, body, bodyHash, signer, signatureHex: null);
        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        signer.Sign(scope, signature);
        var complete = Write(draft, body, bodyHash, signer, Convert.ToHexStringLower(signature));
        return new SealedEvidence(complete, bodyHash, Convert.ToHexStringLower(SHA256.HashData(scope)));
    }

    private static byte[] Write(EvidenceDraft draft, byte[] body, string bodyHash, ISigner signer, string? signatureHex)
    {
        using var writer = new CanonicalJsonWriter();
        writer
            .StartObject()
            .Name("body")
            .Canonical(body)
            .Name("body_hash")
            .Text(bodyHash)
            .Name("body_type")
            .Text(draft.BodyType)
            .Name("gateway")
            .Text(draft.Gateway)
            .Name("generated_at")
            .Text(draft.GeneratedAt)
            .Name("issuer")
            .Node(draft.Issuer)
            .Name("previous_hash")
            .Text(draft.PreviousHash)
            .Name("public_key")
            .Text(signer.PublicKey.Hex);
        if (signatureHex is not null)
        {
            writer.Name("signature").Text(signatureHex);
        }

        return writer
            .Name("signature_alg")
            .Text("ed25519")
            .Name("spec_version")
            .Text(EvidenceFormat.Wrapper)
            .Name("verdict")
            .Node(draft.Verdict)
            .EndObject()
            .ToArray();
    }

    /// <summary>The body stands one level deeper in the wrapper, so the deepest body that can be read alone cannot be read there.</summary>
    private static void CheckDepth(ReadOnlySpan<byte> body)
    {
        var reader = new System.Text.Json.Utf8JsonReader(body, new() { MaxDepth = StrictJson.MaxDepth + 2 });
        while (reader.Read())
        {
            // The depth of a bracket is counted without itself; with itself and the wrapper that is two more.
            if (
                reader.TokenType is System.Text.Json.JsonTokenType.StartObject or System.Text.Json.JsonTokenType.StartArray
                && reader.CurrentDepth + 2 > StrictJson.MaxDepth
            )
            {
                throw new JsonRejectedException(JsonFault.TooDeep, reader.TokenStartIndex);
            }
        }
    }
}
