using System.Security.Cryptography;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Arweave.Wallets;

/// <summary>A wallet with an Arweave key: RSA with the exponent 65537. Signs with a salt of 32 bytes, so no two signatures are alike.</summary>
public sealed class RsaWallet : ArweaveWallet
{
    private readonly RSA _key;
    private readonly Lock _signing = new();

    private RsaWallet(RSA key, byte[] modulus)
        : base(SignatureType.Arweave, modulus) => _key = key;

    /// <inheritdoc />
    public override string Chain => "arweave";

    /// <summary>The same as <see cref="ArweaveWallet.Address"/>.</summary>
    public override string NativeAddress => Address;

    /// <summary>The wallet of a private key.</summary>
    /// <param name="parameters">All members of the key; the secret ones are the caller's to erase.</param>
    /// <returns>Null where the members are no key, do not belong together, or the exponent is not 65537.</returns>
    public static RsaWallet? FromParameters(RSAParameters parameters)
    {
        if (parameters.Modulus is not { Length: > 0 } modulus || parameters.Exponent is not [1, 0, 1])
        {
            return null;
        }

        var key = RSA.Create();
        try
        {
            key.ImportParameters(parameters);
            var wallet = new RsaWallet(key, [.. modulus]);

            // Nothing above looks at whether the secret members belong to the modulus.
            if (SignatureCheck.IsRsaSignature(modulus, "trial"u8, wallet.Sign("trial"u8)))
            {
                return wallet;
            }
        }
        catch (CryptographicException)
        {
            // Not inside the exception that is thrown for this: nobody promises that it does not quote the key.
        }

        key.Dispose();
        return null;
    }

    /// <inheritdoc />
    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_signing)
        {
            return _key.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }
    }

    private protected override void Dispose(bool disposing)
    {
        lock (_signing)
        {
            _key.Dispose();
        }
    }
}
