using Hallmark.Core.Signatures;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>A fact on the multi-buffer library. Skipped, and why, where the processor cannot run it, in CI too; elsewhere where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CryptoMbFactAttribute : FactAttribute
{
    public CryptoMbFactAttribute()
    {
        if (!HasInstructions())
        {
            Skip = "needs a processor with AVX-512 IFMA";
        }
        else if (!ProjectFiles.IsCi && !Ed25519Backend.Available.Contains("crypto-mb"))
        {
            Skip = "needs libcrypto_mb.so on the library path, where ./test.sh puts it";
        }
    }

    private static bool HasInstructions() =>
        File.Exists("/proc/cpuinfo") && File.ReadAllText("/proc/cpuinfo").Contains("avx512ifma", StringComparison.Ordinal);
}
