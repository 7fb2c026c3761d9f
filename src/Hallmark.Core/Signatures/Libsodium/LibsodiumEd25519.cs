using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hallmark.Core.Signatures.Libsodium;

/// <summary>
/// Ed25519 by libsodium, about twice as fast as OpenSSL. Its own refusals (small order, non-canonical keys) are those of <see cref="Ed25519Strictness"/>;
/// a release that refused more, or less, would fail <see cref="Ed25519SelfTest"/> and not be used.
/// </summary>
internal sealed unsafe class LibsodiumEd25519 : IEd25519Implementation
{
    /// <summary>Longest <c>crypto_sign_ed25519_SECRETKEYBYTES</c>: seed and public key.</summary>
    private const int SecretKeySize = 64;

    private static readonly string[] FileNames =
        OperatingSystem.IsWindows() ? ["libsodium.dll"]
        : OperatingSystem.IsMacOS() ? ["libsodium.26.dylib", "libsodium.23.dylib", "libsodium.dylib"]
        : ["libsodium.so.26", "libsodium.so.23"];

    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int> _seedKeypair;
    private readonly delegate* unmanaged[Cdecl]<byte*, ulong*, byte*, ulong, byte*, int> _signDetached;
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, ulong, byte*, int> _verifyDetached;

    private LibsodiumEd25519(nint seedKeypair, nint signDetached, nint verifyDetached)
    {
        _seedKeypair = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int>)seedKeypair;
        _signDetached = (delegate* unmanaged[Cdecl]<byte*, ulong*, byte*, ulong, byte*, int>)signDetached;
        _verifyDetached = (delegate* unmanaged[Cdecl]<byte*, byte*, ulong, byte*, int>)verifyDetached;
    }

    /// <inheritdoc />
    public string Name => "libsodium";

    /// <summary>The implementation, or null where the library or one of its entry points is missing, or where it does not start.</summary>
    public static LibsodiumEd25519? TryLoad()
    {
        foreach (var fileName in FileNames)
        {
            if (
                NativeLibrary.TryLoad(fileName, typeof(LibsodiumEd25519).Assembly, DllImportSearchPath.SafeDirectories, out var library)
                && NativeLibrary.TryGetExport(library, "sodium_init", out var init)
                && NativeLibrary.TryGetExport(library, "crypto_sign_ed25519_seed_keypair", out var seedKeypair)
                && NativeLibrary.TryGetExport(library, "crypto_sign_ed25519_detached", out var signDetached)
                && NativeLibrary.TryGetExport(library, "crypto_sign_ed25519_verify_detached", out var verifyDetached)
                && ((delegate* unmanaged[Cdecl]<int>)init)() >= 0
            )
            {
                return new LibsodiumEd25519(seedKeypair, signDetached, verifyDetached);
            }
        }

        return null;
    }

    /// <inheritdoc />
    public IEd25519SigningKey ImportSeed(ReadOnlySpan<byte> seed)
    {
        var secret = new SecretBytes(SecretKeySize);
        Span<byte> publicKey = stackalloc byte[Ed25519PublicKey.SizeInBytes];
        fixed (
            byte* secretKeyBytes = secret.Span,
                publicKeyBytes = publicKey,
                seedBytes = seed
        )
        {
            if (_seedKeypair(publicKeyBytes, secretKeyBytes, seedBytes) != 0)
            {
                secret.Dispose();
                throw new CryptographicException("libsodium did not accept the Ed25519 key.");
            }
        }

        return new LibsodiumSigningKey(this, secret, publicKey.ToArray());
    }

    /// <inheritdoc />
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (
            byte* keyBytes = publicKey,
                messageBytes = message,
                signatureBytes = signature
        )
        {
            return _verifyDetached(signatureBytes, messageBytes, (ulong)message.Length, keyBytes) == 0;
        }
    }

    internal void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        fixed (
            byte* keyBytes = secretKey,
                messageBytes = message,
                signatureBytes = signature
        )
        {
            if (_signDetached(signatureBytes, null, messageBytes, (ulong)message.Length, keyBytes) != 0)
            {
                signature.Clear();
                throw new CryptographicException("libsodium did not make the Ed25519 signature.");
            }
        }
    }
}
