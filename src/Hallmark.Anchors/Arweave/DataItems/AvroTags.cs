using System.Text;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>The tags of a data item as bytes: an Avro array of records of two byte strings (<c>turbo-ans104.md</c> §3).</summary>
internal static class AvroTags
{
    /// <summary>Writes the canonical form: one block, and no byte at all where there are no tags.</summary>
    /// <exception cref="DataItemException">A limit of the format is passed, or a text cannot be written as UTF-8.</exception>
    public static byte[] Encode(IReadOnlyList<DataItemTag> tags)
    {
        if (tags.Count == 0)
        {
            return [];
        }

        if (tags.Count > DataItemTag.MaxCount)
        {
            throw Refuse(DataItemFault.TagLimit, $"{tags.Count} tags, where {DataItemTag.MaxCount} are allowed");
        }

        using var section = new MemoryStream();
        WriteLong(section, tags.Count);
        foreach (var tag in tags)
        {
            WriteText(section, tag.Name, "name", DataItemTag.MaxNameSizeInBytes);
            WriteText(section, tag.Value, "value", DataItemTag.MaxValueSizeInBytes);
        }

        section.WriteByte(0);
        return section.Length <= DataItemTag.MaxSectionSizeInBytes
            ? section.ToArray()
            : throw Refuse(
                DataItemFault.TagSection,
                $"the tags take {section.Length} bytes, where {DataItemTag.MaxSectionSizeInBytes} are allowed"
            );
    }

    /// <summary>Reads the tags of an item: any number of blocks, which must fill the section exactly.</summary>
    /// <param name="section">The tag bytes of an item that has tags.</param>
    /// <param name="tags">Receives the tags.</param>
    /// <returns>Null, or why the bytes are refused.</returns>
    public static DataItemRefusal? Decode(ReadOnlySpan<byte> section, List<DataItemTag> tags)
    {
        var reader = new AvroReader(section);
        while (true)
        {
            if (!reader.TryReadLong(out var count))
            {
                return Malformed("a block's number of tags is cut off or too large");
            }

            if (count == 0)
            {
                return reader.IsAtEnd ? null : Malformed("something stands behind the last tag");
            }

            int? end = null;
            if (count < 0)
            {
                if (!reader.TryReadLong(out var size) || size < 0 || size > reader.Remaining)
                {
                    return Malformed("a block's size is cut off or wrong");
                }

                end = reader.Position + (int)size;
            }

            // Checked before anything is read: a tag takes at least two bytes, but counts are not to be trusted anyway.
            if (count is < -DataItemTag.MaxCount or > DataItemTag.MaxCount || tags.Count + Math.Abs(count) > DataItemTag.MaxCount)
            {
                return new DataItemRefusal(DataItemFault.TagLimit, $"there are more than {DataItemTag.MaxCount} tags");
            }

            for (var left = Math.Abs(count); left > 0; left--)
            {
                if (ReadTag(ref reader, tags) is { } refusal)
                {
                    return refusal;
                }
            }

            if (end is { } expected && expected != reader.Position)
            {
                return Malformed("a block's size is not that of its tags");
            }
        }
    }

    private static DataItemRefusal? ReadTag(ref AvroReader reader, List<DataItemTag> tags)
    {
        if (!reader.TryReadBytes(out var name) || !reader.TryReadBytes(out var value))
        {
            return Malformed("a name or value is cut off");
        }

        if (name.Length is 0 or > DataItemTag.MaxNameSizeInBytes || value.Length is 0 or > DataItemTag.MaxValueSizeInBytes)
        {
            return new DataItemRefusal(
                DataItemFault.TagLimit,
                $"tag {tags.Count} has a name of {name.Length} and a value of {value.Length} bytes, where 1 to {DataItemTag.MaxNameSizeInBytes} and 1 to {DataItemTag.MaxValueSizeInBytes} are allowed"
            );
        }

        try
        {
            tags.Add(new DataItemTag(DataItemTag.StrictUtf8.GetString(name), DataItemTag.StrictUtf8.GetString(value)));
            return null;
        }
        catch (DecoderFallbackException)
        {
            return Malformed($"tag {tags.Count} is not UTF-8");
        }
    }

    private static void WriteText(MemoryStream section, string text, string what, int maxSize)
    {
        byte[] bytes;
        try
        {
            bytes = DataItemTag.StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw Refuse(DataItemFault.TagEncoding, $"a tag's {what} holds half a surrogate pair");
        }

        if (bytes.Length == 0 || bytes.Length > maxSize)
        {
            throw Refuse(DataItemFault.TagLimit, $"a tag's {what} takes {bytes.Length} bytes, where 1 to {maxSize} are allowed");
        }

        WriteLong(section, bytes.Length);
        section.Write(bytes);
    }

    /// <summary>Zig-zag, then groups of seven bits, the lowest first. Only for numbers from 0 on.</summary>
    private static void WriteLong(MemoryStream section, int value)
    {
        var rest = (uint)value << 1;
        for (; rest >= 0x80; rest >>= 7)
        {
            section.WriteByte((byte)((rest & 0x7f) | 0x80));
        }

        section.WriteByte((byte)rest);
    }

    private static DataItemRefusal Malformed(string reason) => new(DataItemFault.TagEncoding, reason);

    private static DataItemException Refuse(DataItemFault fault, string reason) => new(new DataItemRefusal(fault, reason));
}
