using System.Numerics;
using System.Security.Cryptography;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>The same two numbers in other bytes. Where one signature had many spellings, its hash would not name it, and a log could hold it twice.</summary>
public sealed class EcdsaEncodingTests
{
    private static readonly byte[] Message = "the model is what it was"u8.ToArray();

    public static TheoryData<EcdsaCurve> Curves => [EcdsaCurve.P256, EcdsaCurve.P384, EcdsaCurve.P521];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Only_the_shortest_DER_of_the_two_numbers_is_read(EcdsaCurve curve)
    {
        var (verifier, r, s) = Sign(curve);
        Assert.True(verifier.Verify(Message, Sequence(Integer(r), Integer(s)), EcdsaSignatureFormat.Der));
        foreach (
            var (what, der) in new (string, byte[])[]
            {
                ("zero before r", Sequence(Padded(r, 1), Integer(s))),
                ("zeros before s", Sequence(Integer(r), Padded(s, 7))),
                ("a third number", Sequence(Integer(r), Integer(s), Integer([1]))),
                ("one number", Sequence(Integer(r))),
                ("no number", Sequence()),
                ("bytes behind", [.. Sequence(Integer(r), Integer(s)), 0]),
                ("bytes before", [0, .. Sequence(Integer(r), Integer(s))]),
                ("long length", LongLength(Sequence(Integer(r), Integer(s)))),
                ("indefinite length", [0x30, 0x80, .. Integer(r), .. Integer(s), 0, 0]),
                ("a set", Retag(Sequence(Integer(r), Integer(s)), 0x31)),
                ("a primitive sequence", Retag(Sequence(Integer(r), Integer(s)), 0x10)),
                ("octets for r", Sequence(Retag(Integer(r), 0x04), Integer(s))),
                ("an enumeration for s", Sequence(Integer(r), Retag(Integer(s), 0x0a))),
                ("an empty number", Sequence([0x02, 0x00], Integer(s))),
                ("r and s the other way round", Sequence(Integer(s), Integer(r))),
                ("in a sequence", Sequence(Sequence(Integer(r), Integer(s)))),
                ("in octets", [0x04, (byte)Sequence(Integer(r), Integer(s)).Length, .. Sequence(Integer(r), Integer(s))]),
                ("nothing", []),
                ("a tag alone", [0x30]),
                ("side by side", [.. Fixed(r, curve), .. Fixed(s, curve)]),
            }
        )
        {
            Assert.False(verifier.Verify(Message, der, EcdsaSignatureFormat.Der), $"{curve}: {what}");
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Side_by_side_both_numbers_are_as_long_as_the_field(EcdsaCurve curve)
    {
        var (verifier, r, s) = Sign(curve);
        byte[] whole = [.. Fixed(r, curve), .. Fixed(s, curve)];
        Assert.True(verifier.Verify(Message, whole, EcdsaSignatureFormat.IeeeP1363));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(verifier.Verify(Message, whole.AsSpan(0, length), EcdsaSignatureFormat.IeeeP1363));
        }

        Assert.False(verifier.Verify(Message, [.. whole, 0], EcdsaSignatureFormat.IeeeP1363));
        Assert.False(verifier.Verify(Message, [0, .. Fixed(r, curve), 0, .. Fixed(s, curve)], EcdsaSignatureFormat.IeeeP1363));
        Assert.False(verifier.Verify(Message, Sequence(Integer(r), Integer(s)), EcdsaSignatureFormat.IeeeP1363));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Numbers_at_or_beyond_the_groups_order_are_no_signature(EcdsaCurve curve)
    {
        var (verifier, r, s) = Sign(curve);
        var order = Order(curve);
        foreach (
            var (first, second) in new[]
            {
                (Plus(r, order), s),
                (r, Plus(s, order)),
                (Bytes(order), s),
                (r, Bytes(order)),
                (new byte[] { 0 }, s),
                (r, new byte[] { 0 }),
                (r, Bytes(BigInteger.Pow(2, 4096))),
            }
        )
        {
            Assert.False(verifier.Verify(Message, Sequence(Integer(first), Integer(second)), EcdsaSignatureFormat.Der));
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_signature_is_one_of_its_message_its_hash_and_its_key_only(EcdsaCurve curve)
    {
        var (verifier, r, s) = Sign(curve);
        var (other, _, _) = Sign(curve);
        var der = Sequence(Integer(r), Integer(s));
        Assert.False(other.Verify(Message, der, EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify([.. Message, 0], der, EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify([], der, EcdsaSignatureFormat.Der));
        var own = HashOf(curve);
        foreach (var hash in new[] { HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512 })
        {
            Assert.Equal(hash == own, verifier.Verify(Message, der, EcdsaSignatureFormat.Der, hash));
        }

        foreach (var weak in new[] { HashAlgorithmName.MD5, HashAlgorithmName.SHA1, new HashAlgorithmName("") })
        {
            Assert.Throws<ArgumentException>(() => verifier.Verify(Message, der, EcdsaSignatureFormat.Der, weak));
        }
    }

    [Fact]
    public void A_point_that_is_none_makes_no_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = key.ExportParameters(false).Q;
        byte[] point = [4, .. q.X!, .. q.Y!];
        Assert.NotNull(EcdsaVerifier.FromPoint(EcdsaCurve.P256, point));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, [2, .. q.X!]));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, [0]));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, []));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, [5, .. q.X!, .. q.Y!]));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, [.. point, 0]));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P384, point));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, [4, .. new byte[64]]));
        Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, [4, .. q.Y!, .. q.X!]));
        for (var bit = 0; bit < 8; bit++)
        {
            var off = point.ToArray();
            off[64] ^= (byte)(1 << bit);
            Assert.Null(EcdsaVerifier.FromPoint(EcdsaCurve.P256, off));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => EcdsaVerifier.FromPoint((EcdsaCurve)99, point));
    }

    [Fact]
    public void A_damaged_SubjectPublicKeyInfo_is_another_sound_key_or_none_and_never_an_exception()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var spki = key.ExportSubjectPublicKeyInfo();
        var der = key.SignData(Message, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(EcdsaVerifier.FromSubjectPublicKeyInfo(spki)!.Verify(Message, der, EcdsaSignatureFormat.Der));
        for (var i = 0; i < spki.Length; i++)
        {
            Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo(spki.AsSpan(0, i)));
            foreach (var bit in new[] { 0, 3, 7 })
            {
                var damaged = spki.ToArray();
                damaged[i] ^= (byte)(1 << bit);
                Assert.False(EcdsaVerifier.FromSubjectPublicKeyInfo(damaged)?.Verify(Message, der, EcdsaSignatureFormat.Der) ?? false);
            }
        }

        Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo([.. spki, 0]));
        Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo(WithUnusedBit()));
        using var rsa = RSA.Create(1024);
        Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo(rsa.ExportSubjectPublicKeyInfo()));
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo(foreign.ExportSubjectPublicKeyInfo()));
    }

    // A key whose point ends with a zero bit, and a BIT STRING that claims not to use it: the same key by another spelling.
    private static byte[] WithUnusedBit()
    {
        while (true)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var spki = key.ExportSubjectPublicKeyInfo();
            if ((spki[^1] & 1) == 0)
            {
                spki[^66] = 1;
                return spki;
            }
        }
    }

    private static (EcdsaVerifier Verifier, byte[] R, byte[] S) Sign(EcdsaCurve curve)
    {
        using var key = ECDsa.Create(
            curve switch
            {
                EcdsaCurve.P256 => ECCurve.NamedCurves.nistP256,
                EcdsaCurve.P384 => ECCurve.NamedCurves.nistP384,
                _ => ECCurve.NamedCurves.nistP521,
            }
        );
        var signature = key.SignData(Message, HashOf(curve), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var half = signature.Length / 2;
        return (
            EcdsaVerifier.FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo())!,
            Trim(signature[..half]),
            Trim(signature[half..])
        );
    }

    private static HashAlgorithmName HashOf(EcdsaCurve curve) =>
        curve switch
        {
            EcdsaCurve.P256 => HashAlgorithmName.SHA256,
            EcdsaCurve.P384 => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };

    // SEC 2: the orders of secp256r1, secp384r1 and secp521r1.
    private static BigInteger Order(EcdsaCurve curve) =>
        new(
            Convert.FromHexString(
                curve switch
                {
                    EcdsaCurve.P256 => "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
                    EcdsaCurve.P384 => "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
                    _ =>
                        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
                }
            ),
            isUnsigned: true,
            isBigEndian: true
        );

    private static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    private static byte[] Plus(byte[] number, BigInteger order) =>
        Bytes(new BigInteger(number, isUnsigned: true, isBigEndian: true) + order);

    private static byte[] Trim(byte[] number) => [.. number.SkipWhile(octet => octet == 0)];

    private static byte[] Fixed(byte[] number, EcdsaCurve curve)
    {
        var size = curve switch
        {
            EcdsaCurve.P256 => 32,
            EcdsaCurve.P384 => 48,
            _ => 66,
        };
        return [.. new byte[size - number.Length], .. number];
    }

    private static byte[] Integer(byte[] magnitude) => Wrap(0x02, magnitude[0] >= 0x80 ? [0, .. magnitude] : magnitude);

    private static byte[] Padded(byte[] magnitude, int zeros) =>
        Wrap(0x02, [.. new byte[zeros + (magnitude[0] >= 0x80 ? 1 : 0)], .. magnitude]);

    private static byte[] Sequence(params byte[][] parts) => Wrap(0x30, [.. parts.SelectMany(part => part)]);

    private static byte[] Wrap(byte tag, byte[] content) =>
        content.Length switch
        {
            < 0x80 => [tag, (byte)content.Length, .. content],
            < 0x100 => [tag, 0x81, (byte)content.Length, .. content],
            _ => [tag, 0x82, (byte)(content.Length >> 8), (byte)(content.Length & 0xff), .. content],
        };

    private static byte[] LongLength(byte[] der)
    {
        var (header, length) = der[1] < 0x80 ? (2, (int)der[1]) : (3, (int)der[2]);
        return [der[0], 0x82, 0, (byte)length, .. der[header..]];
    }

    private static byte[] Retag(byte[] der, byte tag) => [tag, .. der[1..]];
}
