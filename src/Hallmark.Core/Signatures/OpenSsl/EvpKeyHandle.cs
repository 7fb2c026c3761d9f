using System.Runtime.InteropServices;

namespace Hallmark.Core.Signatures.OpenSsl;

/// <summary>An <c>EVP_PKEY</c>. OpenSSL wipes a private key when it frees it; the handle keeps it alive under a call in flight.</summary>
internal sealed class EvpKeyHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_PKEY_free(handle);
        return true;
    }
}
