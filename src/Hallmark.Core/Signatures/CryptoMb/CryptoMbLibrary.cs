using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Hallmark.Core.Signatures.CryptoMb;

/// <summary>
/// Intel Cryptography Primitives' multi-buffer library (<c>crypto_mb</c>, Apache-2.0): eight Ed25519 signatures in one pass of AVX-512 IFMA, in about the time that two take one
/// after the other. Debian testing has it as <c>libcrypto-mb12</c>.
/// </summary>
internal sealed unsafe class CryptoMbLibrary
{
    /// <summary>How many are done in one pass.</summary>
    public const int Lanes = 8;

    private static readonly string[] FileNames = ["libcrypto_mb.so.13", "libcrypto_mb.so.12", "libcrypto_mb.so.11"];

    private readonly delegate* unmanaged[Cdecl]<byte**, byte**, byte**, int*, byte**, byte**, uint> _sign;

    private CryptoMbLibrary(nint sign) => _sign = (delegate* unmanaged[Cdecl]<byte**, byte**, byte**, int*, byte**, byte**, uint>)sign;

    /// <summary>The library, or null where it or one of its entry points is missing, or the processor lacks what it needs.</summary>
    public static CryptoMbLibrary? TryLoad()
    {
        if (!OperatingSystem.IsLinux() || !Avx512F.IsSupported)
        {
            return null;
        }

        foreach (var fileName in FileNames)
        {
            if (
                NativeLibrary.TryLoad(fileName, typeof(CryptoMbLibrary).Assembly, DllImportSearchPath.SafeDirectories, out var library)
                && NativeLibrary.TryGetExport(library, "mbx_is_crypto_mb_applicable", out var isApplicable)
                && NativeLibrary.TryGetExport(library, "mbx_ed25519_sign_mb8", out var sign)
                && ((delegate* unmanaged[Cdecl]<ulong, int>)isApplicable)(0) != 0
            )
            {
                return new CryptoMbLibrary(sign);
            }
        }

        return null;
    }

    /// <summary>Signs up to eight messages.</summary>
    /// <param name="seed">The seed, 32 bytes.</param>
    /// <param name="publicKey">The public half, 32 bytes.</param>
    /// <param name="text">The messages, one after the other; never empty, though each message may be: the library takes no null.</param>
    /// <param name="lengths">How long each is; 1 to 8 of them.</param>
    /// <param name="signatures">Receives the signatures, 64 bytes each.</param>
    /// <exception cref="CryptographicException">The library refused one; <paramref name="signatures"/> is cleared.</exception>
    public void Sign(
        ReadOnlySpan<byte> seed,
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> text,
        ReadOnlySpan<int> lengths,
        Span<byte> signatures
    )
    {
        const int HalfSize = Ed25519PublicKey.SignatureSizeInBytes / 2;
        byte** first = stackalloc byte*[Lanes];
        byte** second = stackalloc byte*[Lanes];
        byte** messages = stackalloc byte*[Lanes];
        byte** seeds = stackalloc byte*[Lanes];
        byte** publicKeys = stackalloc byte*[Lanes];
        var sizes = stackalloc int[Lanes];
        var unused = stackalloc byte[Ed25519PublicKey.SignatureSizeInBytes];
        uint status;
        fixed (
            byte* seedBytes = seed,
                publicKeyBytes = publicKey,
                textBytes = text,
                signatureBytes = signatures
        )
        {
            var start = 0;
            for (var lane = 0; lane < Lanes; lane++)
            {
                // A lane without a message does the first one's work again.
                var isUsed = lane < lengths.Length;
                var signature = isUsed ? signatureBytes + (lane * Ed25519PublicKey.SignatureSizeInBytes) : unused;
                first[lane] = signature;
                second[lane] = signature + HalfSize;
                messages[lane] = isUsed ? textBytes + start : textBytes;
                sizes[lane] = isUsed ? lengths[lane] : lengths[0];
                seeds[lane] = seedBytes;
                publicKeys[lane] = publicKeyBytes;
                start += isUsed ? lengths[lane] : 0;
            }

            status = _sign(first, second, messages, sizes, seeds, publicKeys);
        }

        if (status != 0)
        {
            signatures.Clear();
            throw new CryptographicException("crypto_mb did not make the Ed25519 signatures.");
        }
    }
}
