using Hallmark.Core.Signatures.OpenSsl;

namespace Hallmark.Core.Signatures;

/// <summary>Which code does Ed25519 in this process.</summary>
public static class Ed25519Backend
{
    internal static IEd25519Implementation Current { get; } = OpenSslEd25519.TryLoad() ?? throw new PlatformNotSupportedException("libcrypto.so.3 is needed.");
}
