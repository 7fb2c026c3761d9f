using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Arweave.Wallets;

/// <summary>
/// A key that signs data items and so pays for their upload. Safe for use by several threads until it is disposed, which erases the secret. Nothing here
/// ever shows the secret.
/// </summary>
public abstract class ArweaveWallet : IDisposable
{
    private protected ArweaveWallet(SignatureType signatureType, byte[] owner)
    {
        SignatureType = signatureType;
        Owner = owner;
        Address = ArweaveId.Of(owner);
    }

    /// <summary>The chain that the key is of: <c>solana</c>, <c>arweave</c>, <c>ethereum</c> or <c>aptos</c>.</summary>
    public abstract string Chain { get; }

    /// <summary>The kind of signature that it makes.</summary>
    public SignatureType SignatureType { get; }

    /// <summary>What stands in the owner field of its items: the public key, or for typed Ethereum signatures the address.</summary>
    public ReadOnlyMemory<byte> Owner { get; }

    /// <summary>The owner address that Arweave's gateways and the bundler know it by, 43 characters.</summary>
    public string Address { get; }

    /// <summary>The address that its own chain knows it by, to which funds are sent.</summary>
    public abstract string NativeAddress { get; }

    /// <summary>Signs a message in the form of this kind of key.</summary>
    /// <param name="message">The message, whole: for an item the 48 bytes of <see cref="DataItem.ComputeSignedMessage"/>.</param>
    /// <returns>The signature, as long as the kind's is.</returns>
    /// <exception cref="ObjectDisposedException">The wallet was disposed.</exception>
    public abstract byte[] Sign(ReadOnlySpan<byte> message);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The chain and the public address; never the secret.</summary>
    public override string ToString() => $"{Chain} wallet {NativeAddress}";

    /// <summary>Refuses to sign items that nobody would take.</summary>
    /// <exception cref="WalletException">The key is of another size than the format has.</exception>
    public void CheckCanSign()
    {
        if (SignatureLayout.Find(SignatureType) is not { } layout || layout.OwnerSize != Owner.Length)
        {
            throw new WalletException(
                $"A key of {Owner.Length * 8} bits cannot sign data items",
                "Data items are signed with Arweave keys of 4096 bits"
            );
        }
    }

    /// <summary>Erases the secret.</summary>
    private protected abstract void Dispose(bool disposing);
}
