using System.Security.Cryptography;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>ECDSA verification on the three NIST curves, in both ways of writing a signature.</summary>
public sealed class EcdsaVerifierTests
{
    public static TheoryData<EcdsaCurve> Curves => [EcdsaCurve.P256, EcdsaCurve.P384, EcdsaCurve.P521];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Both_formats_verify_and_neither_passes_for_the_other(EcdsaCurve curve)
    {
        using var key = NewKey(curve);
        var verifier = VerifierOf(curve, key);
        var message = "signed"u8.ToArray();
        var fixedSize = key.SignData(message, HashOf(curve), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var der = key.SignData(message, HashOf(curve), DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(verifier.Verify(message, fixedSize, EcdsaSignatureFormat.IeeeP1363));
        Assert.True(verifier.Verify(message, der, EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify(message, fixedSize, EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify(message, der, EcdsaSignatureFormat.IeeeP1363));
        Assert.False(verifier.Verify("other"u8, der, EcdsaSignatureFormat.Der));
        Assert.True(
            verifier.Verify(
                message,
                key.SignData(message, HashAlgorithmName.SHA512),
                EcdsaSignatureFormat.IeeeP1363,
                HashAlgorithmName.SHA512
            )
        );
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_flipped_bit_anywhere_in_a_DER_signature_never_verifies(EcdsaCurve curve)
    {
        using var key = NewKey(curve);
        var verifier = VerifierOf(curve, key);
        var der = key.SignData("m"u8.ToArray(), HashOf(curve), DSASignatureFormat.Rfc3279DerSequence);
        for (var i = 0; i < der.Length; i++)
        {
            der[i] ^= 1;
            Assert.False(verifier.Verify("m"u8, der, EcdsaSignatureFormat.Der), $"byte {i}");
            der[i] ^= 1;
        }

        Assert.False(verifier.Verify("m"u8, [.. der, 0], EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify("m"u8, der.AsSpan(0, der.Length - 1), EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify("m"u8, [], EcdsaSignatureFormat.Der));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Zero_and_negative_numbers_are_no_signature(EcdsaCurve curve)
    {
        using var key = NewKey(curve);
        var verifier = VerifierOf(curve, key);
        Assert.False(verifier.Verify("m"u8, [0x30, 6, 2, 1, 0, 2, 1, 0], EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify("m"u8, [0x30, 6, 2, 1, 0xff, 2, 1, 1], EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify("m"u8, [0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0], EcdsaSignatureFormat.Der));
        Assert.False(verifier.Verify("m"u8, new byte[132], EcdsaSignatureFormat.IeeeP1363));
        Assert.False(verifier.Verify("m"u8, new byte[64], EcdsaSignatureFormat.IeeeP1363));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Keys_come_as_points_or_as_SubjectPublicKeyInfo_and_nothing_else(EcdsaCurve curve)
    {
        using var key = NewKey(curve);
        var spki = key.ExportSubjectPublicKeyInfo();
        var verifier = EcdsaVerifier.FromSubjectPublicKeyInfo(spki);
        Assert.Equal(curve, verifier!.Curve);
        Assert.True(verifier.Verify("m"u8, key.SignData("m"u8.ToArray(), HashOf(curve)), EcdsaSignatureFormat.IeeeP1363));

        Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo([.. spki, 0]));
        Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo(spki.AsSpan(0, 20)));
        var point = PointOf(key);
        point[^1] ^= 1;
        Assert.Null(EcdsaVerifier.FromPoint(curve, point));
        Assert.Null(EcdsaVerifier.FromPoint(curve, point.AsSpan(1)));
        Assert.Null(EcdsaVerifier.FromPoint(curve, new byte[point.Length]));
    }

    [Fact]
    public void A_key_on_another_curve_and_a_weak_hash_are_refused()
    {
        using var koblitz = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        Assert.Null(EcdsaVerifier.FromSubjectPublicKeyInfo(koblitz.ExportSubjectPublicKeyInfo()));
        using var key = NewKey(EcdsaCurve.P256);
        Assert.Throws<ArgumentException>(() =>
            VerifierOf(EcdsaCurve.P256, key).Verify([], new byte[64], EcdsaSignatureFormat.IeeeP1363, HashAlgorithmName.SHA1)
        );
    }

    private static ECDsa NewKey(EcdsaCurve curve) =>
        ECDsa.Create(
            curve switch
            {
                EcdsaCurve.P256 => ECCurve.NamedCurves.nistP256,
                EcdsaCurve.P384 => ECCurve.NamedCurves.nistP384,
                _ => ECCurve.NamedCurves.nistP521,
            }
        );

    private static HashAlgorithmName HashOf(EcdsaCurve curve) =>
        curve switch
        {
            EcdsaCurve.P256 => HashAlgorithmName.SHA256,
            EcdsaCurve.P384 => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };

    private static byte[] PointOf(ECDsa key)
    {
        var q = key.ExportParameters(false).Q;
        return [4, .. q.X!, .. q.Y!];
    }

    private static EcdsaVerifier VerifierOf(EcdsaCurve curve, ECDsa key) => EcdsaVerifier.FromPoint(curve, PointOf(key))!;
}
