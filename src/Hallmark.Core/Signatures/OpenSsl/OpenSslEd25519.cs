using System.Runtime.InteropServices;

namespace Hallmark.Core.Signatures.OpenSsl;

/// <summary>Ed25519 by OpenSSL 3. It lets small-order and non-canonical keys pass: <see cref="Ed25519Strictness"/> stands in front.</summary>
internal sealed class OpenSslEd25519 : IEd25519Implementation
{
    private OpenSslEd25519() { }

    /// <inheritdoc />
    public string Name => "openssl";

    /// <summary>The implementation, or null where the library or one of its entry points is missing.</summary>
    public static OpenSslEd25519? TryLoad() =>
        NativeLibrary.TryLoad(LibCrypto.FileName, typeof(LibCrypto).Assembly, DllImportSearchPath.SafeDirectories, out var library)
        && NativeLibrary.TryGetExport(library, nameof(LibCrypto.EVP_PKEY_new_raw_private_key), out _)
        && NativeLibrary.TryGetExport(library, nameof(LibCrypto.EVP_DigestSign), out _)
        && NativeLibrary.TryGetExport(library, nameof(LibCrypto.EVP_DigestVerify), out _)
            ? new OpenSslEd25519()
            : null;

    /// <inheritdoc />
    public IEd25519SigningKey ImportSeed(ReadOnlySpan<byte> seed) => new OpenSslSigningKey(seed);

    /// <inheritdoc />
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var key = LibCrypto.EVP_PKEY_new_raw_public_key(LibCrypto.Ed25519KeyType, 0, publicKey, (nuint)publicKey.Length);
        using var context = LibCrypto.EVP_MD_CTX_new();
        var verified =
            !key.IsInvalid
            && !context.IsInvalid
            && LibCrypto.EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1
            && LibCrypto.EVP_DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        if (!verified)
        {
            // OpenSSL keeps refusals in a queue per thread, where the next caller would take them for its own.
            LibCrypto.ERR_clear_error();
        }

        return verified;
    }
}
