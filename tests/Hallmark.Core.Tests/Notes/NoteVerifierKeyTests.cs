using System.Security.Cryptography;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Notes;

public sealed class NoteVerifierKeyTests
{
    private static readonly Ed25519PublicKey PublicKey = Ed25519PrivateKey.FromSeed(new byte[32]).PublicKey;

    // Made with "openssl dgst -sha256 -sign" over "origin\n1\n" and a throw-away key on P-256.
    private static readonly byte[] Spki = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d0301070342000481a16234ecaf6d48227334615aff0f32d910e7"
            + "a0fe49a11233af61f8548f5097282269cfea15356a510d17cb45bdc44c83810ba89c23753215442f9498bab7a9"
    );

    private static readonly byte[] EcdsaSignature = Convert.FromHexString(
        "304502202b2546b1d6370421e8e248fca4cefb492705445dd059b221bc09254f3f87dbfd"
            + "02210080f43f63a666a49f12f46a5c69ec512f843b8afa15ce7327e88b73ea5fd715ef"
    );

    [Fact]
    public void An_ecdsa_key_is_named_by_its_bytes_alone_and_verifies_der_over_sha256()
    {
        var key = NoteVerifierKey.Parse(EcdsaKey("name"));
        Assert.Equal(NoteKeyType.Ecdsa, key.Type);
        Assert.Equal(Spki, key.PublicKey.ToArray());
        var line = new NoteSignature("name", key.KeyId, [.. EcdsaSignature]);
        Assert.True(key.Verifies("origin\n1\n"u8, line));
        Assert.False(key.Verifies("origin\n2\n"u8, line));
        Assert.False(key.Verifies("origin\n1\n"u8, line with { Bytes = [.. EcdsaSignature, 0] }));

        // The name is not in the id: one key under another name must not count for this one.
        var other = NoteVerifierKey.Parse(EcdsaKey("other"));
        Assert.Equal(key.KeyId, other.KeyId);
        Assert.False(other.Verifies("origin\n1\n"u8, line));
        Assert.False(SignedNote.Create("origin\n1\n"u8, line).Verify(other).IsVerified);
        Assert.True(SignedNote.Create("origin\n1\n"u8, line).Verify(other, key).IsVerified);
    }

    [Fact]
    public void An_ecdsa_key_on_a_curve_nobody_knows_verifies_nothing_and_raises_nothing()
    {
        var unknown = (byte[])Spki.Clone();
        unknown[22] ^= 0x10; // in the curve's object identifier
        var id = Convert.ToHexStringLower(SHA256.HashData(unknown))[..8];
        var key = NoteVerifierKey.Parse($"name+{id}+{Convert.ToBase64String([2, .. unknown])}");
        Assert.False(key.Verifies("origin\n1\n"u8, new NoteSignature("name", key.KeyId, [.. EcdsaSignature])));
    }

    [Fact]
    public void Keys_are_equal_where_name_type_and_bytes_are()
    {
        var key = NoteVerifierKey.ForEd25519("name", PublicKey);
        Assert.Equal(key, NoteVerifierKey.Parse(key.ToString()));
        Assert.Equal(key.GetHashCode(), NoteVerifierKey.Parse(key.ToString()).GetHashCode());
        Assert.NotEqual(key, NoteVerifierKey.ForEd25519("other", PublicKey));
        Assert.NotEqual(key, NoteVerifierKey.ForCosignature("name", PublicKey));
        Assert.NotEqual(key, NoteVerifierKey.ForEd25519("name", Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]).PublicKey));
        Assert.False(key.Equals(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\u0001")]
    [InlineData("a\u2003b")]
    public void A_key_s_name_has_no_blank_no_control_character_and_no_plus(string name)
    {
        foreach (
            var make in new Func<string, Ed25519PublicKey, NoteVerifierKey>[] { NoteVerifierKey.ForEd25519, NoteVerifierKey.ForCosignature }
        )
        {
            var fault = Assert.Throws<ArgumentException>(() => make(name, PublicKey));
            Assert.Equal("name", fault.ParamName);
            Assert.Contains("white space", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_not_exactly_a_key_s_text_is_none()
    {
        var text = NoteVerifierKey.ForEd25519("name", PublicKey).ToString();
        var parts = text.Split('+', 3);
        string?[] broken =
        [
            null,
            "",
            "name",
            $"{parts[0]}+{parts[1]}",
            text + "=",
            text + " ",
            " " + text,
            text + "\n",
            text[..^4],
            $"name+{parts[1][..7]}+{parts[2]}",
            $"name+0{parts[1]}+{parts[2]}",
            $"name+{parts[1].ToUpperInvariant()}+{parts[2]}",
            $"name+{parts[1]}+{parts[2][..20]} {parts[2][20..]}",
            $"name+{parts[1]}+{parts[2]}AAAA",
            $"na me+{parts[1]}+{parts[2]}",
            Text("name", [1]),
            Text("name", [3, .. PublicKey.Bytes]),
            Text("name", [0, .. PublicKey.Bytes]),
            Text("name", [5, .. PublicKey.Bytes]),
            Text("name", [1, .. PublicKey.Bytes[1..]]),
            Text("name", [4, .. PublicKey.Bytes, 0]),
            Text("name", [1, .. PublicKey.Bytes, 0]),
            $"name+{parts[1]}+",
            $"name+{parts[1]}+!{parts[2][1..]}",
            "name+e3b0c442+Ag==", // ECDSA with no key at all, and the id of no bytes
        ];
        Assert.All(
            broken,
            candidate =>
            {
                Assert.False(NoteVerifierKey.TryParse(candidate, out var key), candidate);
                Assert.Null(key);
            }
        );
        Assert.Contains(
            "name+id+base64",
            Assert.Throws<NoteFormatException>(() => NoteVerifierKey.Parse("")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_key_with_unused_base64_bits_set_is_refused()
    {
        var text = EcdsaKey("name");
        Assert.EndsWith("=", text, StringComparison.Ordinal);
        Assert.True(NoteVerifierKey.TryParse(text, out _));
        Assert.False(NoteVerifierKey.TryParse(text[..^2] + (char)(text[^2] + 1) + "=", out _));
    }

    // With the id that goes with the bytes, so that only the bytes are wrong.
    private static string Text(string name, byte[] blob) =>
        $"{name}+{Convert.ToHexStringLower(SHA256.HashData((byte[])[.. System.Text.Encoding.UTF8.GetBytes(name), (byte)'\n', .. blob]))[..8]}+{Convert.ToBase64String(blob)}";

    private static string EcdsaKey(string name) =>
        $"{name}+{Convert.ToHexStringLower(SHA256.HashData(Spki))[..8]}+{Convert.ToBase64String([2, .. Spki])}";
}
