using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Envelopes;

/// <summary>Signs envelopes (envelope family §4.4).</summary>
public static class EnvelopeSealer
{
    /// <summary>Adds the public key (and, for an inline payload, its hash), signs, and gives the canonical bytes.</summary>
    /// <param name="unsignedEnvelope">All members but the signature; left unmodified.</param>
    /// <param name="signer">Whose key signs.</param>
    /// <exception cref="SealRefusedException">The envelope must not be signed as it stands; says why.</exception>
    public static SealedEnvelope Seal(JsonObject unsignedEnvelope, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(unsignedEnvelope);
        ArgumentNullException.ThrowIfNull(signer);
        var publicKey = signer.PublicKey.Hex;
        try
        {
            CheckMembers(unsignedEnvelope, publicKey);
            var payload = unsignedEnvelope.TryGetPropertyValue("payload", out var node) ? CanonicalJson.Canonicalize(node) : null;
            var payloadHash = FindPayloadHash(unsignedEnvelope, payload);
            return new SealedEnvelope(Seal(unsignedEnvelope, payload, payloadHash, publicKey, signer));
        }
        catch (JsonRejectedException exception)
        {
            throw new SealRefusedException(SealRefusal.NotCanonical, exception.Message, exception);
        }
    }

    private static void CheckMembers(JsonObject envelope, string publicKey)
    {
        if (envelope.ContainsKey("signature"))
        {
            throw new SealRefusedException(SealRefusal.AlreadySigned, "it has a signature already");
        }

        if (envelope.TryGetPropertyValue("public_key", out var named) && MemberText.Find(named) != publicKey)
        {
            throw new SealRefusedException(SealRefusal.OtherPublicKey, "it names another public key than the signer's, " + publicKey);
        }

        if (SpecVersion.StatusOf(envelope) != SpecVersionStatus.Supported)
        {
            throw new SealRefusedException(
                SealRefusal.UnsupportedSpecVersion,
                "its spec_version is none of " + string.Join(", ", SpecVersion.Accepted) + ", so no verifier would accept it"
            );
        }
    }

    private static string FindPayloadHash(JsonObject envelope, byte[]? payload)
    {
        var computed = payload is null ? null : Convert.ToHexStringLower(SHA256.HashData(payload));
        if (!envelope.TryGetPropertyValue("payload_hash", out var node))
        {
            return computed
                ?? throw new SealRefusedException(SealRefusal.NothingCommitted, "it holds neither a payload nor a payload_hash");
        }

        var claimed = MemberText.Find(node);
        if (claimed is null || !DraftRules.IsHash(claimed))
        {
            throw new SealRefusedException(SealRefusal.PayloadHashMismatch, "its payload_hash is not 64 lower-case hex digits");
        }

        return computed is null || computed == claimed
            ? claimed
            : throw new SealRefusedException(SealRefusal.PayloadHashMismatch, "its payload_hash is not the hash of its payload");
    }

    /// <summary>Writes the signed scope once, signs it, and puts the signature (and what lies outside the scope) in its sorted place.</summary>
    private static byte[] Seal(JsonObject envelope, byte[]? payload, string payloadHash, string publicKey, ISigner signer)
    {
        var stripsAnnotations = SignedScope.StripsAnnotations(envelope);
        var buffer = CanonicalBuffer.Rent(1024);
        CanonicalValues.Open(buffer, isObject: true);
        // Where the signature goes: behind the members whose names sort before it, of which there is always one, the public key.
        var place = 0;
        var hasOutsiders = false;
        foreach (var (name, value) in envelope)
        {
            if (name is "public_key" or "payload_hash")
            {
                continue;
            }

            if (SignedScope.IsOutside(name, stripsAnnotations))
            {
                hasOutsiders = true;
                continue;
            }

            var before = StartMember(buffer, name);
            if (payload is not null && name == "payload")
            {
                CanonicalValues.WriteRaw(buffer, payload);
            }
            else
            {
                NodeWriter.Write(value, buffer);
            }

            place += EndMember(buffer, name, before);
        }

        place += WriteText(buffer, "payload_hash", payloadHash);
        place += WriteText(buffer, "public_key", publicKey);
        CanonicalValues.CloseObject(buffer);
        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        signer.Sign(buffer.Written, signature);
        var scope = buffer.Written.ToArray();
        buffer.Return();
        return hasOutsiders ? Complete(envelope, payloadHash, publicKey, signature) : Splice(scope, place, signature);
    }

    private static int WriteText(CanonicalBuffer buffer, string name, string value)
    {
        var before = StartMember(buffer, name);
        CanonicalValues.WriteString(buffer, value);
        return EndMember(buffer, name, before);
    }

    private static int StartMember(CanonicalBuffer buffer, string name)
    {
        var before = buffer.Length;
        CanonicalValues.WriteName(buffer, name);
        return before;
    }

    /// <returns>How many bytes the member takes up with one comma, where it sorts before the signature, else 0.</returns>
    private static int EndMember(CanonicalBuffer buffer, string name, int before)
    {
        buffer.EndMember();
        if (string.CompareOrdinal(name, "signature") >= 0)
        {
            return 0;
        }

        // The first member that is written has no comma in front of it; sorted, all but the last have one behind.
        return buffer.Length - before + (before == 1 ? 1 : 0);
    }

    private static byte[] Splice(byte[] scope, int place, ReadOnlySpan<byte> signature)
    {
        var name = ",\"signature\":\""u8;
        var complete = new byte[scope.Length + name.Length + (2 * signature.Length) + 1];
        // The brace in front, and the members without the last one's comma.
        scope.AsSpan(0, place).CopyTo(complete);
        var written = place;
        name.CopyTo(complete.AsSpan(written));
        written += name.Length;
        Convert.TryToHexStringLower(signature, complete.AsSpan(written), out var hexLength);
        written += hexLength;
        complete[written++] = (byte)'"';
        scope.AsSpan(place).CopyTo(complete.AsSpan(written));
        return complete;
    }

    private static byte[] Complete(JsonObject envelope, string payloadHash, string publicKey, ReadOnlySpan<byte> signature)
    {
        var complete = (JsonObject)envelope.DeepClone();
        complete["payload_hash"] = payloadHash;
        complete["public_key"] = publicKey;
        complete["signature"] = Convert.ToHexStringLower(signature);
        return CanonicalJson.Canonicalize(complete);
    }
}
