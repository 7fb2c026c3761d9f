using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Signatures;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>Operator attestations and PSS in general: <c>testdata/ario/rsa-pss.json</c> and <c>operator-addresses.json</c>, and what the base library signs.</summary>
public sealed class RsaPssTests
{
    public static TheoryData<string> AttestationIds => [.. Cases("rsa-pss.json").Select(row => row.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(AttestationIds))]
    public void An_attestation_is_valid_invalid_or_malformed_as_the_reference_says(string id)
    {
        var row = Cases("rsa-pss.json").Single(c => c.GetProperty("id").GetString() == id);
        var outcome = RsaPss.Verify(
            Encoding.UTF8.GetBytes(row.GetProperty("payload_canonical").GetString()!),
            row.GetProperty("signature_hex").GetString(),
            RsaJwk.Read(row.GetProperty("public_key"))
        );
        Assert.Equal(row.GetProperty("expect").GetString(), outcome.ToString().ToLowerInvariant());
    }

    [Fact]
    public void An_operator_is_named_by_the_hash_of_the_modulus_as_written()
    {
        var rows = Cases("operator-addresses.json");
        Assert.NotEmpty(rows);
        Assert.All(
            rows,
            row => Assert.Equal(row.GetProperty("address").GetString(), new RsaJwk("RSA", row.GetProperty("n").GetString(), "AQAB").Address)
        );
        Assert.Null(new RsaJwk("RSA", "not base64url", "AQAB").Address);
        Assert.Null(new RsaJwk("RSA", null, "AQAB").Address);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2048)]
    public void What_the_base_library_signs_verifies_and_a_changed_byte_does_not(int bits)
    {
        using var rsa = RSA.Create(2048);
        if (bits != 2048)
        {
            rsa.KeySize = bits;
        }

        var key = rsa.ExportParameters(false);
        var message = "attested"u8.ToArray();
        var signature = rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        Assert.True(RsaPss.Verify(key.Modulus, key.Exponent, message, signature, 32));
        Assert.True(RsaPss.Verify(key.Modulus, key.Exponent, message, signature, null));
        Assert.False(RsaPss.Verify(key.Modulus, key.Exponent, message, signature, 20));
        Assert.False(RsaPss.Verify(key.Modulus, key.Exponent, "other"u8, signature, null));
        for (var i = 0; i < signature.Length; i += 7)
        {
            signature[i] ^= 4;
            Assert.False(RsaPss.Verify(key.Modulus, key.Exponent, message, signature, null));
            signature[i] ^= 4;
        }
    }

    /// <summary>Made with <c>openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32</c> and throw-away keys of 1,025 and 1,031 bits.</summary>
    [Theory]
    [InlineData(
        "019375fb4dd02106d805f548648642d8891ea4254d024a0ea03b51a97c647e2bf81a7dd8fb21fced5ffaee2bb549bc5041fe1c9d0ef58e7a5b866004c8c9a6fb152"
            + "9639c20bcc04d155cb52bd5dac7860f2adadbc8ad8bde63183700987bc8b8e8ac6203614b10d9e092f70d7d3108a8f7b72ed237b6276a3fd5f771b5b22a405f",
        "017e15d875d7c28d5529eb1ff6842ce65910237d8ea36e75122d14a3c855e6f161ec7735ea423f144998af92bd2b389b71ccc3d81dbb249e3385d31d31690243c8"
            + "43caa742ff04476da4fa53bd2a5d502774a68f406e080dbf40c848abe6691931fd64f6bac578c24ae55709fc2c2b36b666f5df8fe93907c248deb027820f6673"
    )]
    [InlineData(
        "59ab85b6bcfd9e50714389ddb48ec4eb6fec4ec75b5b681d1ef14e07d7d245aa8b1633640e79fa62f7e0d4ab507f973eb97122898788540edeed4852488abb67dc"
            + "6ccef3fabe24c61b4f09be9b4913ed14349a7f7202110f9e00af15d8780b9d9c42737e31073d6d7a8acf46b886a97df682e33103540fc0bee8f65945b38581b7",
        "58a6f6342e492264d3761d380645f42fef1e12853601c4d6f4abdfc76cb9c8f9d52aa7b32ecb4963dfe7cd14dee418bc2b9116df190ecc96161af559e00f5dfaa1"
            + "f47a9a619f50d1c0d6a052b45011a03ba4c7e797ce342a98335937108d02bec8bff140d30bb4c37d039f9c90d7e1d62ee9414ff78758a377cdea8df4e034ca23"
    )]
    public void A_modulus_whose_length_is_no_multiple_of_eight_works(string modulus, string signature)
    {
        var n = Convert.FromHexString(modulus);
        var made = Convert.FromHexString(signature);
        Assert.True(RsaPss.Verify(n, [1, 0, 1], "attested"u8, made, 32));
        Assert.False(RsaPss.Verify(n, [1, 0, 1], "Attested"u8, made, 32));
        Assert.False(RsaPss.Verify(n, [1, 0, 1], "attested"u8, made, 31));
        Assert.False(RsaPss.Verify(n, [1, 0, 1], "attested"u8, made.AsSpan(1), 32));
        Assert.False(RsaPss.Verify(n, [1, 0, 1], "attested"u8, [0, .. made], 32));
    }

    [Theory]
    [InlineData("salt-0", 0)]
    [InlineData("salt-20", 20)]
    [InlineData("salt-33", 33)]
    public void A_salt_of_another_length_verifies_only_where_the_format_leaves_it_open(string suffix, int saltLength)
    {
        var rows = Cases("rsa-pss.json")
            .Where(c => c.GetProperty("id").GetString()!.EndsWith("/" + suffix, StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var n = System.Buffers.Text.Base64Url.DecodeFromChars(row.GetProperty("public_key").GetProperty("n").GetString());
            var message = Encoding.UTF8.GetBytes(row.GetProperty("payload_canonical").GetString()!);
            var signature = Convert.FromHexString(row.GetProperty("signature_hex").GetString()!);
            Assert.True(RsaPss.Verify(n, [1, 0, 1], message, signature, null));
            Assert.True(RsaPss.Verify(n, [1, 0, 1], message, signature, saltLength));
            Assert.False(RsaPss.Verify(n, [1, 0, 1], message, signature, 32));
        }
    }

    [Fact]
    public void Unsound_keys_verify_nothing()
    {
        var signature = new byte[128];
        signature[^1] = 0xbc;
        var odd = new byte[128];
        odd.AsSpan().Fill(0xff);
        foreach (var exponent in new byte[][] { [], [0], [1], [2], [0, 1], [1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 1] })
        {
            Assert.False(RsaPss.Verify(odd, exponent, "m"u8, signature, null));
        }

        Assert.False(RsaPss.Verify([], [1, 0, 1], "m"u8, [], null));
        Assert.False(RsaPss.Verify(new byte[128], [1, 0, 1], "m"u8, signature, null));
        Assert.False(RsaPss.Verify([3], [1, 0, 1], "m"u8, [1], null));
        Assert.False(
            RsaPss.Verify(
                new byte[4096]
                    .Select(_ => (byte)0xff)
                    .ToArray(),
                [1, 0, 1],
                "m"u8,
                new byte[4096],
                null
            )
        );
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"RSA\"")]
    [InlineData("{}")]
    [InlineData("""{"kty":"RSA","n":"AQ","e":["AQAB"]}""")]
    [InlineData("""{"kty":"RSA","n":"\ud800","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"AQ==","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"A A","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"AAAA","e":"AQAB"}""")]
    [InlineData("""{"kty":"rsa","n":"AQ","e":"AQAB"}""")]
    public void What_is_no_key_is_malformed_and_not_an_exception(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(SignatureOutcome.Malformed, RsaPss.Verify("m"u8, "00", RsaJwk.Read(document.RootElement)));
        Assert.Equal(SignatureOutcome.Malformed, RsaPss.Verify("m"u8, null, RsaJwk.Read(document.RootElement)));
    }

    [Fact]
    public void A_signature_of_a_million_digits_is_refused_without_the_mathematics()
    {
        Assert.Equal(
            SignatureOutcome.Invalid,
            RsaPss.Verify("m"u8, new string('f', 1_000_000), new RsaJwk("RSA", new string('_', 400_000), "AQAB"))
        );
    }

    private static List<JsonElement> Cases(string file)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(ProjectFiles.TestData("ario/" + file)),
            new JsonDocumentOptions { MaxDepth = 256 }
        );
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(row => row.Clone())];
    }
}
