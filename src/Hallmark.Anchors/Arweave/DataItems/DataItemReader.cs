using System.Buffers.Binary;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Reads a data item field by field, in the order of <c>turbo-ans104.md</c> §6: rules 1 to 4.</summary>
internal static class DataItemReader
{
    /// <summary>Null and the fields, or why the bytes are refused.</summary>
    public static DataItemRefusal? Read(ReadOnlyMemory<byte> bytes, DataItemRules rules, out DataItemFields fields)
    {
        fields = default;
        if (bytes.Length < DataItem.MinSizeInBytes)
        {
            return Refuse(DataItemFault.Length, $"{bytes.Length} bytes are too short; an item has at least {DataItem.MinSizeInBytes}");
        }

        var type = (SignatureType)BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span);
        if (FindLayout(type, rules, out var layout) is { } notTaken)
        {
            return notTaken;
        }

        var rest = new FieldCursor(bytes[2..]);
        if (!rest.TryTake(layout.SignatureSize, out var signature) || !rest.TryTake(layout.OwnerSize, out var owner))
        {
            return Refuse(DataItemFault.Length, "the signature or the owner is cut off");
        }

        if (ReadOptional(ref rest, "target", out var target) is { } noTarget)
        {
            return noTarget;
        }

        if (ReadOptional(ref rest, "anchor", out var anchor) is { } noAnchor)
        {
            return noAnchor;
        }

        var tags = new List<DataItemTag>();
        if (ReadTags(ref rest, rules, tags, out var rawTags) is { } noTags)
        {
            return noTags;
        }

        fields = new DataItemFields
        {
            Bytes = bytes,
            SignatureType = type,
            Signature = signature,
            Owner = owner,
            Target = target,
            Anchor = anchor,
            RawTags = rawTags,
            Tags = tags,
            Data = rest.Rest,
        };
        return null;
    }

    private static DataItemRefusal? FindLayout(SignatureType type, DataItemRules rules, out SignatureLayout layout)
    {
        var found = SignatureLayout.Find(type);
        layout = found.GetValueOrDefault();
        if (type == SignatureType.MultiAptos && !rules.AllowMultiSignature)
        {
            return Refuse(
                DataItemFault.SignatureType,
                "signature type 6 (several signatures with a threshold) is not taken unless it is asked for: other readers take such items without any signature"
            );
        }

        if (type == SignatureType.Kyve)
        {
            return Refuse(DataItemFault.SignatureType, "signature type 101 (KYVE) is not taken: no known software verifies it");
        }

        return found is null ? Refuse(DataItemFault.SignatureType, $"signature type {(int)type} is not known") : null;
    }

    private static DataItemRefusal? ReadOptional(ref FieldCursor rest, string what, out ReadOnlyMemory<byte> field)
    {
        field = default;
        if (!rest.TryTake(1, out var presence))
        {
            return Refuse(DataItemFault.Length, $"the item ends before its {what}");
        }

        switch (presence.Span[0])
        {
            case 0:
                return null;
            case 1:
                return rest.TryTake(DataItem.ReferenceSizeInBytes, out field)
                    ? null
                    : Refuse(DataItemFault.Length, $"the {what} is cut off");
            case var other:
                return Refuse(DataItemFault.Presence, $"the byte before the {what} is {other}, where only 0 and 1 mean something");
        }
    }

    private static DataItemRefusal? ReadTags(
        ref FieldCursor rest,
        DataItemRules rules,
        List<DataItemTag> tags,
        out ReadOnlyMemory<byte> rawTags
    )
    {
        rawTags = default;
        if (!rest.TryTake(16, out var numbers))
        {
            return Refuse(DataItemFault.Length, "the numbers of tags and tag bytes are cut off");
        }

        var count = BinaryPrimitives.ReadUInt64LittleEndian(numbers.Span);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(numbers.Span[8..]);
        if (size > DataItemTag.MaxSectionSizeInBytes)
        {
            return Refuse(DataItemFault.TagSection, $"{size} tag bytes, where {DataItemTag.MaxSectionSizeInBytes} are allowed");
        }

        if (!rest.TryTake((int)size, out rawTags))
        {
            return Refuse(DataItemFault.TagSection, "the tags are cut off");
        }

        if (count == 0)
        {
            return size == 0 || (rules.AllowSingleZeroTagByte && rawTags.Span is [0])
                ? null
                : Refuse(DataItemFault.TagSection, $"{size} tag bytes, where the item states that it has no tags");
        }

        if (AvroTags.Decode(rawTags.Span, tags) is { } malformed)
        {
            return malformed;
        }

        return (ulong)tags.Count == count ? null : Refuse(DataItemFault.TagCount, $"the item states {count} tags and has {tags.Count}");
    }

    private static DataItemRefusal Refuse(DataItemFault fault, string reason) => new(fault, reason);
}
