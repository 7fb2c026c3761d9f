using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Evidence;

/// <summary>The signed wrapper of an evidence bundle, before and while it is verified (envelope family §11).</summary>
internal sealed class EvidenceWrapper
{
    internal const string NotAnObject = "evidence bundle is not a JSON object";

    private readonly JsonElement _members;
    private readonly string _publicKey;
    private readonly string _signature;
    private readonly string _bodyHash;

    private EvidenceWrapper(JsonElement members, string publicKey, string signature, string bodyHash, JsonElement body)
    {
        _members = members;
        _publicKey = publicKey;
        _signature = signature;
        _bodyHash = bodyHash;
        Body = body;
        BodyType = Members.FindText(members, "body_type");
    }

    /// <summary>The inline body.</summary>
    internal JsonElement Body { get; }

    /// <summary>Its kind, or null where that is no string.</summary>
    internal string? BodyType { get; }

    /// <summary>When it was made, says the maker; null where that is no string.</summary>
    internal string? GeneratedAt => Members.FindText(_members, "generated_at");

    /// <summary>Takes a wrapper apart, in the order of envelope family §11 step 1.</summary>
    /// <param name="bundle">Anything.</param>
    /// <param name="malformed">The result, where it is none.</param>
    internal static EvidenceWrapper? Read(JsonElement bundle, out EvidenceVerification? malformed)
    {
        malformed = null;
        if (bundle.ValueKind != JsonValueKind.Object)
        {
            malformed = Malformed(NotAnObject, specVersionOk: false);
            return null;
        }

        if (!EvidenceFormat.IsWrapper(Members.FindText(bundle, "spec_version")))
        {
            malformed = Malformed(
                "unsupported evidence spec_version: " + Members.Repr(Members.Find(bundle, "spec_version")),
                specVersionOk: false
            );
            return null;
        }

        if (Members.FindText(bundle, "signature_alg") is { } algorithm && algorithm != "ed25519")
        {
            malformed = Malformed("unsupported signature_alg: " + Members.Repr(Members.Find(bundle, "signature_alg")));
            return null;
        }

        if (Members.FindText(bundle, "public_key") is not { } publicKey || Members.FindText(bundle, "signature") is not { } signature)
        {
            malformed = Malformed("evidence bundle is missing public_key/signature");
            return null;
        }

        if (Members.FindText(bundle, "body_hash") is not { } bodyHash)
        {
            malformed = Malformed("evidence bundle is missing body_hash");
            return null;
        }

        if (Members.Find(bundle, "body") is not { ValueKind: not JsonValueKind.Null } body)
        {
            malformed = Malformed("evidence bundle has no inline body (body_ref unsupported here)");
            return null;
        }

        return new EvidenceWrapper(bundle, publicKey, signature, bodyHash, body);
    }

    /// <summary>Checks hash and signature.</summary>
    /// <returns>The result so far: failed, or (for the body to decide) malformed.</returns>
    internal EvidenceVerification Verify()
    {
        var errors = new List<string>();
        // A large body is hashed twice, once for each; that goes side by side.
        var (computed, signatureOk) = ("", false);
        Parallel.Invoke(() => computed = EvidenceVerifier.HashOf(Body), () => signatureOk = HasGoodSignature());
        var bodyHashOk = string.Equals(computed, _bodyHash, StringComparison.Ordinal);
        if (!bodyHashOk)
        {
            errors.Add($"body_hash mismatch: bundle={_bodyHash} recomputed={computed}");
        }

        if (!signatureOk)
        {
            errors.Add("wrapper Ed25519 signature verification failed");
        }

        return new EvidenceVerification
        {
            Status = bodyHashOk && signatureOk ? EvidenceStatus.Malformed : EvidenceStatus.Failed,
            SpecVersionOk = true,
            BodyHashOk = bodyHashOk,
            SignatureOk = signatureOk,
            BodyType = BodyType,
            AssertedStatus = Members.FindText(Members.Find(_members, "verdict"), "status"),
            Errors = errors,
        };
    }

    internal static EvidenceVerification Malformed(string error, bool specVersionOk = true) =>
        new()
        {
            Status = EvidenceStatus.Malformed,
            SpecVersionOk = specVersionOk,
            Errors = [error],
        };

    private bool HasGoodSignature()
    {
        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        if (!Ed25519PublicKey.TryParseHex(_publicKey, out var key) || !StrictHex.TryDecode(_signature, signature))
        {
            return false;
        }

        var scope = ArrayPool<byte>.Shared.Rent(EvidenceDocument.TextOf(_members).Length + 1);
        try
        {
            return key.Verify(scope.AsSpan(0, WriteScope(scope)), signature);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scope);
        }
    }

    /// <summary>The canonical wrapper without what lies outside its signed scope: its members are sorted already. No underscore rule here.</summary>
    private int WriteScope(Span<byte> destination)
    {
        var written = 0;
        foreach (var member in _members.EnumerateObject())
        {
            if (member.NameEquals("signature"u8) || member.NameEquals("co_signatures"u8))
            {
                continue;
            }

            destination[written] = (byte)(written == 0 ? '{' : ',');
            destination[written + 1] = (byte)'"';
            written += 2;
            written += Append(JsonMarshal.GetRawUtf8PropertyName(member), destination[written..]);
            destination[written] = (byte)'"';
            destination[written + 1] = (byte)':';
            written += 2;
            written += Append(EvidenceDocument.TextOf(member.Value), destination[written..]);
        }

        destination[written] = (byte)'}';
        return written + 1;
    }

    private static int Append(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
