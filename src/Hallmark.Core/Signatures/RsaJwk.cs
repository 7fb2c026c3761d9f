using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hallmark.Core.Signatures;

/// <summary>
/// The three members of an RSA public key as a JSON Web Key (RFC 7518 §6.3.1) as they were received: a member that was missing or no string is null. Whether
/// they are a key is for <see cref="RsaPss"/> to say.
/// </summary>
/// <param name="Kty">Key type; <c>RSA</c>.</param>
/// <param name="N">Modulus, base64url without padding of its big-endian octets.</param>
/// <param name="E">Exponent, base64url without padding of its big-endian octets.</param>
public sealed record RsaJwk(string? Kty, string? N, string? E)
{
    /// <summary>Takes the members from a JSON value; further members are ignored. What is no object has none of them.</summary>
    public static RsaJwk Read(JsonElement json) => new(StringOf(json, "kty"), StringOf(json, "n"), StringOf(json, "e"));

    /// <summary>
    /// The Arweave address of the key, which names the operator: base64url without padding of the SHA-256 of the modulus octets exactly as written (a leading
    /// zero octet changes it). Null where <see cref="N"/> is no base64url or empty.
    /// </summary>
    public string? Address =>
        StrictBase64Url.Decode(N) is { Length: > 0 } octets ? Base64Url.EncodeToString(SHA256.HashData(octets)) : null;

    private static string? StringOf(JsonElement json, string member)
    {
        if (
            json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty(member, out var value)
            || value.ValueKind != JsonValueKind.String
        )
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escape that stands for half a surrogate pair: no text, so no base64url either.
            return null;
        }
    }
}
