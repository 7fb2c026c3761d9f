namespace Hallmark.Core.Signatures;

/// <summary>
/// What code must get right before it is let near a signature: one signature of RFC 8032 §7.1 (test 2) made and verified, one damaged, and two under a key
/// with a torsion component, of which the cofactor-less equation accepts one and refuses the other. A library that decides these otherwise would make verdicts
/// depend on the machine.
/// </summary>
internal static class Ed25519SelfTest
{
    private static readonly byte[] Seed = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    private static readonly byte[] PublicKey = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    private static readonly byte[] Message = [0x72];

    private static readonly byte[] Signature = Convert.FromHexString(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );

    private static readonly byte[] MixedOrderKey = Convert.FromHexString(
        "5bea2a1c1b07d29e5bdd51863b3df041d6add1a4ff281251c3bcc560e60412c2"
    );

    private static readonly byte[] CofactorlessSignature = Convert.FromHexString(
        "ccc16b0a93cedcb83a26e79658d1ca4f8b07a4560b1f46a71112383fc37395b7263b189c26dd0dd36974729c6c89d8cf7bf6402d11a9cbb1bd0e0612b4f1a605"
    );

    private static readonly byte[] CofactoredSignature = Convert.FromHexString(
        "16f1cfdac5bddf76022e3bc738eec28d00d7491b1145fb4905ab11f5e0755ab50dec7acddb57ed6c89f1f699a082a2a06554ea9d7c6b1bebe33a115cc52e9102"
    );

    private static readonly int[] SeveralLengths = [0, 1, 79, 80, 111, 112, 128, 500, 64, 3, 200];

    /// <summary>True where the implementation behaves; never throws.</summary>
    public static bool Passes(IEd25519Implementation implementation)
    {
        try
        {
            using var key = implementation.ImportSeed(Seed);
            Span<byte> publicKey = stackalloc byte[Ed25519PublicKey.SizeInBytes];
            Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
            key.CopyPublicKey(publicKey);
            key.Sign(Message, signature);
            return publicKey.SequenceEqual(PublicKey)
                && signature.SequenceEqual(Signature)
                && implementation.Verify(PublicKey, Message, Signature)
                && !implementation.Verify(PublicKey, [0x73], Signature)
                && implementation.Verify(MixedOrderKey, "torsion-16"u8, CofactorlessSignature)
                && !implementation.Verify(MixedOrderKey, "torsion-1"u8, CofactoredSignature);
        }
        catch (Exception e)
            when (e is System.Security.Cryptography.CryptographicException or EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    /// <summary>
    /// True where several signatures made at once are those made one by one: of lengths around SHA-512's blocks, more than one pass of eight, and a last pass that is not full. For code
    /// that makes them in another way than one after the other.
    /// </summary>
    public static bool SignsSeveralAlike(IEd25519Implementation implementation)
    {
        using var key = implementation.ImportSeed(Seed);
        ReadOnlyMemory<byte>[] messages = [.. SeveralLengths.Select(length => new ReadOnlyMemory<byte>(new byte[length]))];
        var signatures = new byte[messages.Length * Ed25519PublicKey.SignatureSizeInBytes];
        try
        {
            key.SignAll(messages, signatures);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;
        }

        Span<byte> one = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        for (var i = 0; i < messages.Length; i++)
        {
            key.Sign(messages[i].Span, one);
            if (!one.SequenceEqual(signatures.AsSpan(i * one.Length, one.Length)))
            {
                return false;
            }
        }

        return true;
    }
}
