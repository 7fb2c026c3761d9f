using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Evidence;

/// <summary>
/// One entry of <c>co_signatures</c>, which envelopes and wrappers reserve for further signatures over the same bytes (envelope family §17). None is never a
/// failure, and one proves nothing yet: whoever passes the object on can strip it. Kept through sealing, verifying and composing.
/// </summary>
/// <param name="PublicKey">The key as it stands there, or null.</param>
/// <param name="Signature">The signature as it stands there, or null.</param>
/// <param name="Role">What the signer says it signed as, or null.</param>
/// <param name="IsOk">Whether that key signed the bytes that the main signature is about.</param>
public sealed record CoSignature(string? PublicKey, string? Signature, string? Role, bool IsOk)
{
    /// <summary>How many entries are looked at; later ones are passed over.</summary>
    public const int MaxRead = 64;

    /// <summary>The entries of an envelope or an evidence wrapper.</summary>
    /// <param name="signedObjectUtf8">The object, whole.</param>
    /// <returns>None where there is no list, or the bytes are not acceptable JSON.</returns>
    public static IReadOnlyList<CoSignature> ReadAll(ReadOnlySpan<byte> signedObjectUtf8)
    {
        if (
            !StrictJson.TryParse(signedObjectUtf8, out var node, out _, DuplicateNames.KeepLast)
            || node is not JsonObject members
            || members["co_signatures"] is not JsonArray list
            || list.Count == 0
        )
        {
            return [];
        }

        // A wrapper has no underscore rule, and its version is none for which the scope has one.
        var scope = SignedScope.BytesOf(members);
        return [.. list.Take(MaxRead).Select(entry => Read(entry, scope))];
    }

    private static CoSignature Read(JsonNode? entry, byte[] scope)
    {
        var (publicKey, signature) = (MemberText.Find(entry, "public_key"), MemberText.Find(entry, "signature"));
        Span<byte> bytes = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        var isOk =
            Ed25519PublicKey.TryParseHex(publicKey, out var key) && StrictHex.TryDecode(signature, bytes) && key.Verify(scope, bytes);
        return new CoSignature(publicKey, signature, MemberText.Find(entry, "role"), isOk);
    }
}
