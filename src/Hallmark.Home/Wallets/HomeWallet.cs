using System.Security.Cryptography;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Core.Failures;
using Hallmark.Keys.Files;

namespace Hallmark.Home.Wallets;

/// <summary>
/// The wallet that signs uploads and pays for them: the one the settings name, else that of <c>ARIO_MLFLOW_ARWEAVE_WALLET</c>, else the home's own, a Solana wallet that is
/// made on first use. One that was named but cannot be used is an error, and no wallet is ever replaced.
/// </summary>
/// <param name="path">Its file.</param>
/// <param name="isNamed">True where the user named it; false for the home's own.</param>
public sealed class HomeWallet(string path, bool isNamed)
{
    /// <summary>The variable that names a wallet's file.</summary>
    public const string Variable = "ARIO_MLFLOW_ARWEAVE_WALLET";

    // The one size that the format of data items has room for.
    private const int ArweaveKeySize = 4096;

    /// <summary>Its file.</summary>
    public string Path { get; } = path;

    /// <summary>As the tag <c>ario.wallet_mode</c> says it (mlflow-events.md §9.2).</summary>
    public string Mode { get; } = isNamed ? "user-configured" : "persistent";

    /// <summary>True where there is a file.</summary>
    public bool Exists => OwnerFile.IsTaken(Path);

    /// <summary>The wallet of a home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="named">The path in the settings, absolute; or null.</param>
    /// <param name="environment">The value of <see cref="Variable"/>; or null.</param>
    public static HomeWallet Of(HomeFolder home, string? named, string? environment)
    {
        ArgumentNullException.ThrowIfNull(home);
        return (named ?? environment) is { Length: > 0 } given
            ? new HomeWallet(System.IO.Path.GetFullPath(given), isNamed: true)
            : new HomeWallet(System.IO.Path.Combine(home.Path, "wallet.json"), isNamed: false);
    }

    /// <summary>Opens the wallet; makes the home's own where there is none.</summary>
    /// <exception cref="HallmarkException">It is missing, open to others, or no wallet; nothing was replaced.</exception>
    public ArweaveWallet Open()
    {
        if (!isNamed && !Exists)
        {
            _ = TryCreate();
        }

        return Read();
    }

    /// <summary>Opens the wallet where there is one; makes none.</summary>
    /// <inheritdoc cref="Open" path="/exception" />
    public ArweaveWallet? Find() => Exists ? Read() : null;

    /// <summary>Makes a new wallet, mode 0600; a Solana wallet unless another kind is named.</summary>
    /// <returns>False where there is something already; it is left alone.</returns>
    public bool TryCreate(WalletKind kind = WalletKind.Solana)
    {
        if (Exists)
        {
            return false;
        }

        var content = NewContent(kind);
        try
        {
            return OwnerFile.TryCreate(Path, content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static byte[] NewContent(WalletKind kind)
    {
        if (kind is WalletKind.Arweave)
        {
            using var rsa = RSA.Create(ArweaveKeySize);
            var key = rsa.ExportParameters(includePrivateParameters: true);
            try
            {
                return WalletText.WriteArweave(key);
            }
            finally
            {
                foreach (var part in new[] { key.D, key.P, key.Q, key.DP, key.DQ, key.InverseQ })
                {
                    CryptographicOperations.ZeroMemory(part);
                }
            }
        }

        Span<byte> secret = stackalloc byte[32];
        try
        {
            RandomNumberGenerator.Fill(secret);
            return kind is WalletKind.Ethereum ? WalletText.WriteEthereum(secret) : WalletText.WriteSolana(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private ArweaveWallet Read()
    {
        var content = OwnerFile.Read(Path);
        try
        {
            var wallet = WalletText.Parse(content, Path);
            try
            {
                wallet.CheckCanSign();
                return wallet;
            }
            catch (WalletException fault)
            {
                wallet.Dispose();
                throw new WalletException($"{Path} cannot be used: {fault.Message}", [.. fault.Hints]);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
