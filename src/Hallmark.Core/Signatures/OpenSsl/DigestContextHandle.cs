using System.Runtime.InteropServices;

namespace Hallmark.Core.Signatures.OpenSsl;

/// <summary>An <c>EVP_MD_CTX</c>: one operation's working memory.</summary>
internal sealed class DigestContextHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_MD_CTX_free(handle);
        return true;
    }
}
