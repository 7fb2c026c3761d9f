using System.Diagnostics.CodeAnalysis;
using Hallmark.Anchors.Arweave.Wallets;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>
/// One ANS-104 data item: data with tags, signed by its owner (<c>turbo-ans104.md</c> §1–§6). A parsed item keeps the rules of the format, but only
/// <see cref="Verify()"/> says whether its owner signed it. Immutable, as long as the bytes it was parsed from are.
/// </summary>
public sealed class DataItem
{
    /// <summary>Shorter bytes are never an item.</summary>
    public const int MinSizeInBytes = 80;

    /// <summary>How long a target or an anchor is.</summary>
    public const int ReferenceSizeInBytes = 32;

    private readonly DataItemFields _fields;

    internal DataItem(DataItemFields fields)
    {
        _fields = fields;
        Id = ArweaveId.Of(Signature.Span);
        OwnerAddress = ArweaveId.Of(Owner.Span);
    }

    /// <summary>The item as it is sent and stored.</summary>
    public ReadOnlyMemory<byte> Bytes => _fields.Bytes;

    /// <summary>The kind of signature.</summary>
    public SignatureType SignatureType => _fields.SignatureType;

    /// <summary>The signature.</summary>
    public ReadOnlyMemory<byte> Signature => _fields.Signature;

    /// <summary>The owner's public key (for <see cref="SignatureType.TypedEthereum"/> the owner's address).</summary>
    public ReadOnlyMemory<byte> Owner => _fields.Owner;

    /// <summary>The target, 32 bytes; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Target => _fields.Target;

    /// <summary>The anchor, 32 bytes; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Anchor => _fields.Anchor;

    /// <summary>The tags as bytes, as they were signed; empty where there are none.</summary>
    public ReadOnlyMemory<byte> RawTags => _fields.RawTags;

    /// <summary>The tags in their order; at most 128.</summary>
    public IReadOnlyList<DataItemTag> Tags => _fields.Tags;

    /// <summary>The data.</summary>
    public ReadOnlyMemory<byte> Data => _fields.Data;

    /// <summary>The item's id, 43 characters: the hash of the signature. It stands for the contents only once the signature is verified.</summary>
    public string Id { get; }

    /// <summary>The hash of <see cref="Owner"/>, 43 characters.</summary>
    public string OwnerAddress { get; }

    /// <summary>Whether the tags are written in the one form that <see cref="Create"/> writes, so that the same tags are the same bytes.</summary>
    public bool HasCanonicalTags => RawTags.Span.SequenceEqual(AvroTags.Encode(Tags));

    /// <summary>Makes and signs an item.</summary>
    /// <param name="wallet">Signs, and is the owner.</param>
    /// <param name="tags">The tags in their order.</param>
    /// <param name="data">The data; copied.</param>
    /// <param name="anchor">32 bytes, random ones to make an item unlike any other, or none.</param>
    /// <param name="target">32 bytes, or none.</param>
    /// <exception cref="DataItemException">The tags pass a limit of the format.</exception>
    /// <exception cref="WalletException">The wallet's key is of a size that the format does not take.</exception>
    /// <exception cref="ArgumentException">The anchor or the target is neither empty nor 32 bytes long.</exception>
    public static DataItem Create(
        ArweaveWallet wallet,
        IReadOnlyList<DataItemTag> tags,
        ReadOnlyMemory<byte> data,
        ReadOnlyMemory<byte> anchor = default,
        ReadOnlyMemory<byte> target = default
    )
    {
        ArgumentNullException.ThrowIfNull(wallet);
        ArgumentNullException.ThrowIfNull(tags);
        wallet.CheckCanSign();
        var unsigned = new UnsignedDataItem(wallet.SignatureType, wallet.Owner.Span, tags, data.Span, anchor.Span, target.Span);
        return unsigned.Sign(wallet.Sign(unsigned.ComputeSignedMessage()));
    }

    /// <summary>Puts an item together again from what a gateway tells of it; <see cref="Verify()"/> then says whether it told the truth.</summary>
    /// <param name="signatureType">The kind of signature.</param>
    /// <param name="signature">The signature, as long as that kind's is.</param>
    /// <param name="owner">The owner's public key, as long as that kind's is.</param>
    /// <param name="tags">The tags in their order.</param>
    /// <param name="data">The data; copied.</param>
    /// <param name="anchor">32 bytes, or none.</param>
    /// <param name="target">32 bytes, or none.</param>
    /// <exception cref="DataItemException">The tags pass a limit of the format, or the kind of signature is never taken.</exception>
    /// <exception cref="ArgumentException">Signature, owner, anchor or target has a wrong length.</exception>
    public static DataItem Assemble(
        SignatureType signatureType,
        ReadOnlyMemory<byte> signature,
        ReadOnlyMemory<byte> owner,
        IReadOnlyList<DataItemTag> tags,
        ReadOnlyMemory<byte> data,
        ReadOnlyMemory<byte> anchor = default,
        ReadOnlyMemory<byte> target = default
    )
    {
        ArgumentNullException.ThrowIfNull(tags);
        return new UnsignedDataItem(signatureType, owner.Span, tags, data.Span, anchor.Span, target.Span).Sign(signature.Span);
    }

    /// <summary>Reads an item; its signature is not verified.</summary>
    /// <param name="bytes">The item and nothing else; not copied.</param>
    /// <param name="rules">What is let in beyond the strict rules; null for nothing.</param>
    /// <exception cref="DataItemException">The bytes are no item; says which rule they break.</exception>
    public static DataItem Parse(ReadOnlyMemory<byte> bytes, DataItemRules? rules = null) =>
        TryParse(bytes, out var item, out var refusal, rules) ? item : throw new DataItemException(refusal);

    /// <summary>Reads an item, with the refusal as a value.</summary>
    /// <param name="bytes">The item and nothing else; not copied.</param>
    /// <param name="item">The item; null on a false result.</param>
    /// <param name="refusal">Why the bytes are refused; null on a true result.</param>
    /// <param name="rules">What is let in beyond the strict rules; null for nothing.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out DataItem? item,
        [NotNullWhen(false)] out DataItemRefusal? refusal,
        DataItemRules? rules = null
    )
    {
        refusal = DataItemReader.Read(bytes, rules ?? DataItemRules.Strict, out var fields);
        item = refusal is null ? new DataItem(fields) : null;
        return item is not null;
    }

    /// <summary>Verifies that the owner signed exactly these contents.</summary>
    public DataItemVerification Verify() =>
        SignatureCheck.FindFault(SignatureType, Owner.Span, ComputeSignedMessage(), Signature.Span) is { } fault
            ? DataItemVerification.Refused(DataItemFault.Signature, fault)
            : DataItemVerification.Verified;

    /// <summary>Verifies that this is the item of that id, and that the owner signed exactly these contents.</summary>
    /// <param name="expectedId">The id from a bundle's header, a receipt or a gateway.</param>
    public DataItemVerification Verify(string expectedId) =>
        Id == expectedId
            ? Verify()
            : DataItemVerification.Refused(DataItemFault.Id, $"this is item {Id} and not the one that was asked for");

    /// <summary>The value of the first tag of that name, or null.</summary>
    public string? FindTag(string name) => Tags.FirstOrDefault(tag => tag.Name == name)?.Value;

    /// <summary>The message that the owner signed, 48 bytes (<c>turbo-ans104.md</c> §5).</summary>
    public byte[] ComputeSignedMessage() => _fields.ComputeSignedMessage();
}
