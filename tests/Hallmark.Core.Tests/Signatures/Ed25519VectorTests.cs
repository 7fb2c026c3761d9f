using System.Text.Json;
using Hallmark.Core.Signatures;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Signatures;

/// <summary><c>testdata/ario/ed25519.json</c> (its member <c>python</c> is to be followed) and <c>key-files.json</c>, through the public types.</summary>
public sealed class Ed25519VectorTests
{
    public static TheoryData<string, string, string, string, bool> Verifications()
    {
        var data = new TheoryData<string, string, string, string, bool>();
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/ed25519.json")));
        foreach (var row in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            data.Add(
                row.GetProperty("id").GetString()!,
                row.GetProperty("public_key_hex").GetString()!,
                row.GetProperty("message_hex").GetString()!,
                row.GetProperty("signature_hex").GetString()!,
                row.GetProperty("python").GetBoolean()
            );
        }

        return data;
    }

    public static TheoryData<string, string, string, string> Signings()
    {
        var data = new TheoryData<string, string, string, string>();
        using var keyFiles = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/key-files.json")));
        foreach (var row in keyFiles.RootElement.GetProperty("cases").EnumerateArray())
        {
            var seed = row.GetProperty("seed_hex").GetString()!;
            var key = row.GetProperty("public_key_hex").GetString()!;
            data.Add(seed, key, "616263", row.GetProperty("signature_over_abc_hex").GetString()!);
            data.Add(seed, key, "", row.GetProperty("signature_over_empty_hex").GetString()!);
        }

        using var verifications = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/ed25519.json")));
        foreach (var row in verifications.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.TryGetProperty("seed_hex", out _)))
        {
            data.Add(
                row.GetProperty("seed_hex").GetString()!,
                row.GetProperty("public_key_hex").GetString()!,
                row.GetProperty("message_hex").GetString()!,
                row.GetProperty("signature_hex").GetString()!
            );
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Verifications))]
    public void A_signature_verifies_exactly_where_the_reference_says_so(
        string id,
        string key,
        string message,
        string signature,
        bool expected
    )
    {
        Assert.NotEmpty(id);
        Assert.True(Ed25519PublicKey.TryParseHex(key, out var publicKey));
        Assert.Equal(expected, publicKey.Verify(Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    [Theory]
    [MemberData(nameof(Signings))]
    public void A_seed_gives_the_public_key_and_signature_of_the_reference(string seed, string key, string message, string signature)
    {
        using var privateKey = Ed25519PrivateKey.FromSeed(Convert.FromHexString(seed));
        var made = new byte[64];
        privateKey.Sign(Convert.FromHexString(message), made);
        Assert.Equal(key, privateKey.PublicKey.Hex);
        Assert.Equal(signature, Convert.ToHexStringLower(made));
        Assert.True(privateKey.PublicKey.Verify(Convert.FromHexString(message), made));
    }
}
