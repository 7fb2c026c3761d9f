using System.Buffers.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>Keys and signatures as texts: one spelling is read, and nothing that another reader could read differently.</summary>
public sealed class StrictTextTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(2_000).WithReplay(20261121, 5);

    private static readonly Gen<string> NearlyHex = Gen.Elements("0123456789abcdefABCDEFgxG :-+_.\n\0é０٠".ToCharArray())
        .ArrayOf()
        .Select(units => new string(units));

    private static readonly Gen<string> NearlyBase64Url = Gen.Elements("ABCyz019-_=+/ \n\0é\uD800".ToCharArray())
        .ArrayOf()
        .Select(units => new string(units));

    [Fact]
    public void Hex_is_read_exactly_where_every_character_is_a_digit_and_their_number_fits() =>
        Check.One(
            Often,
            Prop.ForAll(
                NearlyHex.ToArbitrary(),
                text =>
                {
                    var bytes = new byte[text.Length / 2];
                    var isHex = text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);
                    return StrictHex.TryDecode(text, bytes) == isHex
                        && (!isHex || Convert.ToHexString(bytes).Equals(text, StringComparison.OrdinalIgnoreCase))
                        && !StrictHex.TryDecode(text, new byte[bytes.Length + 1])
                        && (bytes.Length == 0 || !StrictHex.TryDecode(text, new byte[bytes.Length - 1]));
                }
            )
        );

    [Fact]
    public void Base64url_is_read_exactly_where_its_alphabet_and_length_say_so_and_as_the_base_library_reads_it() =>
        Check.One(
            Often,
            Prop.ForAll(
                NearlyBase64Url.ToArbitrary(),
                text =>
                {
                    var isText =
                        Regex.IsMatch(text, "\\A[A-Za-z0-9_-]*\\z", RegexOptions.None, TimeSpan.FromMinutes(1)) && text.Length % 4 != 1;
                    var bytes = StrictBase64Url.Decode(text);
                    return isText == bytes is not null && (bytes is null || SameAsLibrary(text, bytes));
                }
            )
        );

    [Fact]
    public void What_is_written_in_base64url_is_read_back() =>
        Check.One(
            Often,
            Prop.ForAll<byte[]>(bytes => StrictBase64Url.Decode(Base64Url.EncodeToString(bytes))!.AsSpan().SequenceEqual(bytes))
        );

    [Fact]
    public void No_text_is_no_bytes_and_null_is_none()
    {
        Assert.Empty(StrictBase64Url.Decode("")!);
        Assert.Null(StrictBase64Url.Decode(null));
        Assert.False(StrictHex.TryDecode(null, []));
        Assert.True(StrictHex.TryDecode("", []));
    }

    [Fact]
    public void A_public_key_read_from_hex_or_PEM_is_written_the_same_again() =>
        Check.One(
            Often.WithMaxTest(200),
            Prop.ForAll<int>(seed =>
            {
                var bytes = new byte[32];
                new Random(seed).NextBytes(bytes);
                var key = new Ed25519PublicKey(bytes);
                return Ed25519PublicKey.TryParseHex(key.Hex.ToUpperInvariant(), out var fromHex)
                    && Ed25519PublicKey.TryParsePem(key.ToPem(), out var fromPem)
                    && fromHex == key
                    && fromPem == key
                    && fromHex.GetHashCode() == key.GetHashCode()
                    && key.ToString() == key.Hex
                    && key.Equals((object)fromPem)
                    && !key.Equals(key.Hex);
            })
        );

    [Fact]
    public void A_PEM_that_is_damaged_at_any_place_holds_that_key_another_one_or_none()
    {
        using var secret = Ed25519PrivateKey.FromSeed(new byte[32]);
        var pem = secret.PublicKey.ToPem();
        var others = 0;
        for (var i = 0; i < pem.Length; i++)
        {
            foreach (var unit in "A-=\n \0é")
            {
                var damaged = pem[..i] + unit + pem[(i + 1)..];
                if (!Ed25519PublicKey.TryParsePem(damaged, out var key))
                {
                    Assert.Equal(default, key);
                    continue;
                }

                others += key == secret.PublicKey ? 0 : 1;
                Assert.Contains("PUBLIC KEY", damaged, StringComparison.Ordinal);
            }
        }

        Assert.True(others > 0);
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("CERTIFICATE")]
    [InlineData("public key")]
    [InlineData("RSA PUBLIC KEY")]
    public void A_block_of_another_kind_is_no_public_key(string label)
    {
        using var secret = Ed25519PrivateKey.FromSeed(new byte[32]);
        var pem = secret.PublicKey.ToPem().Replace("PUBLIC KEY", label, StringComparison.Ordinal);
        Assert.False(Ed25519PublicKey.TryParsePem(pem, out _));
    }

    [Fact]
    public void Only_the_first_block_counts_and_what_stands_around_it_does_not()
    {
        using var first = Ed25519PrivateKey.FromSeed(new byte[32]);
        using var second = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
        Assert.True(Ed25519PublicKey.TryParsePem("mine:\n" + first.PublicKey.ToPem() + second.PublicKey.ToPem(), out var key));
        Assert.Equal(first.PublicKey, key);
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        Assert.False(Ed25519PublicKey.TryParsePem(other.ExportSubjectPublicKeyInfoPem() + "\n" + first.PublicKey.ToPem(), out _));
    }

    [Fact]
    public void Keys_and_signatures_of_random_bytes_get_one_answer_from_all_backends_and_it_is_no()
    {
        var random = new Random(20261121);
        using var honest = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);
        var usable = 0;
        for (var round = 0; round < 800; round++)
        {
            var (bytes, signature, message) = (new byte[32], new byte[64], new byte[random.Next(64)]);
            random.NextBytes(bytes);
            random.NextBytes(signature);
            random.NextBytes(message);
            if (round % 2 == 0)
            {
                // S below the order and R a point of the curve, so that the equation itself must decide.
                signature[63] &= 0x0f;
                honest.PublicKey.Bytes.CopyTo(signature);
            }

            var key = new Ed25519PublicKey(bytes);
            usable += key.IsUsable ? 1 : 0;
            foreach (var backend in Ed25519Backend.Implementations)
            {
                Assert.False(key.Verify(backend, message, signature));
                Assert.False(honest.PublicKey.Verify(backend, message, signature));
            }
        }

        // About half of all ordinates belong to a point.
        Assert.InRange(usable, 300, 500);
    }

    private static bool SameAsLibrary(string text, byte[] bytes)
    {
        // The base library refuses bits left over at the end; we drop them, as the reference kernels do.
        var trimmed = text.Length % 4 == 0 ? text : Base64Url.EncodeToString(bytes);
        return bytes.AsSpan().SequenceEqual(Base64Url.DecodeFromChars(trimmed))
            && (text.Length % 4 != 0 || trimmed == text)
            && text.StartsWith(trimmed[..(text.Length / 4 * 4)], StringComparison.Ordinal);
    }
}
