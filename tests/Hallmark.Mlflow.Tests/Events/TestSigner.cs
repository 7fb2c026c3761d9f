using Hallmark.Core.Signatures;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>The throw-away keys of testdata/ario/test-keys.json.</summary>
internal static class TestSigner
{
    public static ISigner First { get; } = FromSeed("0123456789abcdef");

    public static ISigner Second { get; } = FromSeed("fedcba9876543210");

    private static ISigner FromSeed(string quarter) =>
        Ed25519PrivateKey.FromSeed(Convert.FromHexString(string.Concat(Enumerable.Repeat(quarter, 4))));
}
