using System.Buffers.Binary;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>An item that is laid out whole but for its signature.</summary>
internal sealed class UnsignedDataItem
{
    private readonly byte[] _bytes;
    private readonly int _signatureSize;
    private readonly DataItemFields _fields;

    /// <exception cref="DataItemException">The tags pass a limit of the format, or the kind of signature is never taken.</exception>
    /// <exception cref="ArgumentException">Owner, anchor or target has a wrong length.</exception>
    public UnsignedDataItem(
        SignatureType type,
        ReadOnlySpan<byte> owner,
        IReadOnlyList<DataItemTag> tags,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> anchor,
        ReadOnlySpan<byte> target
    )
    {
        var layout =
            SignatureLayout.Find(type)
            ?? throw new DataItemException(
                new DataItemRefusal(DataItemFault.SignatureType, $"there is no layout for signature type {(int)type}")
            );
        CheckLength(owner, nameof(owner), layout.OwnerSize);
        CheckLength(anchor, nameof(anchor), 0, DataItem.ReferenceSizeInBytes);
        CheckLength(target, nameof(target), 0, DataItem.ReferenceSizeInBytes);

        _signatureSize = layout.SignatureSize;
        var rawTags = AvroTags.Encode(tags);
        _bytes = new byte[2 + _signatureSize + owner.Length + 2 + target.Length + anchor.Length + 16 + rawTags.Length + data.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes, (ushort)type);
        var position = 2 + _signatureSize;
        var ownerField = Place(owner, ref position);
        var targetField = PlaceOptional(target, ref position);
        var anchorField = PlaceOptional(anchor, ref position);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(position), tags.Count);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(position + 8), rawTags.Length);
        position += 16;
        _fields = new DataItemFields
        {
            Bytes = _bytes,
            SignatureType = type,
            Signature = _bytes.AsMemory(2, _signatureSize),
            Owner = ownerField,
            Target = targetField,
            Anchor = anchorField,
            RawTags = Place(rawTags, ref position),
            Tags = [.. tags],
            Data = Place(data, ref position),
        };
    }

    /// <summary>The message to sign.</summary>
    public byte[] ComputeSignedMessage() => _fields.ComputeSignedMessage();

    /// <summary>Puts the signature in its place; to be called once.</summary>
    /// <exception cref="ArgumentException">It has a wrong length.</exception>
    public DataItem Sign(ReadOnlySpan<byte> signature)
    {
        CheckLength(signature, nameof(signature), _signatureSize);
        signature.CopyTo(_bytes.AsSpan(2));
        return new DataItem(_fields);
    }

    private Memory<byte> Place(ReadOnlySpan<byte> field, ref int position)
    {
        var place = _bytes.AsMemory(position, field.Length);
        field.CopyTo(place.Span);
        position += field.Length;
        return place;
    }

    private Memory<byte> PlaceOptional(ReadOnlySpan<byte> field, ref int position)
    {
        _bytes[position++] = (byte)(field.IsEmpty ? 0 : 1);
        return Place(field, ref position);
    }

    private static void CheckLength(ReadOnlySpan<byte> field, string name, params ReadOnlySpan<int> allowed)
    {
        if (!allowed.Contains(field.Length))
        {
            throw new ArgumentException(
                $"The {name} is {field.Length} bytes long, where {string.Join(" or ", allowed.ToArray())} are needed.",
                name
            );
        }
    }
}
