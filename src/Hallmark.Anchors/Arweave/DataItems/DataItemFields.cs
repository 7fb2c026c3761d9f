using System.Globalization;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>The fields of an item as slices of its bytes. Target and anchor are empty where they are absent.</summary>
internal readonly record struct DataItemFields
{
    public ReadOnlyMemory<byte> Bytes { get; init; }

    public SignatureType SignatureType { get; init; }

    public ReadOnlyMemory<byte> Signature { get; init; }

    public ReadOnlyMemory<byte> Owner { get; init; }

    public ReadOnlyMemory<byte> Target { get; init; }

    public ReadOnlyMemory<byte> Anchor { get; init; }

    public ReadOnlyMemory<byte> RawTags { get; init; }

    public IReadOnlyList<DataItemTag> Tags { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The message that the owner signs: the deep hash of all of it but the signature.</summary>
    public byte[] ComputeSignedMessage() =>
        new DeepHash(8)
            .Add("dataitem")
            .Add("1")
            .Add(((int)SignatureType).ToString(CultureInfo.InvariantCulture))
            .Add(Owner.Span)
            .Add(Target.Span)
            .Add(Anchor.Span)
            .Add(RawTags.Span)
            .Add(Data.Span)
            .Finish();
}
