using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Arweave.Bundles;

/// <summary>
/// An ANS-104 bundle: a header with the size and id of each item, then the items (<c>turbo-ans104.md</c> §7). Immutable, as long as the bytes it was parsed
/// from are.
/// </summary>
public sealed class Bundle
{
    /// <summary>How deep bundles may be nested in items of bundles; the outermost is the first.</summary>
    public const int MaxDepth = 8;

    private const int NumberSize = 32;
    private const int EntrySize = NumberSize + SHA256.HashSizeInBytes;

    private Bundle(ReadOnlyMemory<byte> bytes, IReadOnlyList<BundleEntry> entries)
    {
        Bytes = bytes;
        Entries = entries;
    }

    /// <summary>The tags of a transaction or item whose data is a bundle.</summary>
    public static IReadOnlyList<DataItemTag> CarrierTags { get; } = [new("Bundle-Format", "binary"), new("Bundle-Version", "2.0.0")];

    /// <summary>The bundle as it is stored.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The items in their order.</summary>
    public IReadOnlyList<BundleEntry> Entries { get; }

    /// <summary>Whether an item says that its data is a bundle.</summary>
    public static bool IsCarriedBy(DataItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return CarrierTags.All(item.Tags.Contains);
    }

    /// <summary>Puts items into a bundle.</summary>
    /// <exception cref="OverflowException">The bundle would be 2 GiB long or longer.</exception>
    public static Bundle Create(IReadOnlyList<DataItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var header = NumberSize + (EntrySize * items.Count);
        var bytes = new byte[items.Aggregate(header, (size, item) => size + item.Bytes.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, items.Count);
        var entries = new List<BundleEntry>(items.Count);
        var offset = header;
        foreach (var item in items)
        {
            var entry = bytes.AsSpan(NumberSize + (EntrySize * entries.Count), EntrySize);
            BinaryPrimitives.WriteInt32LittleEndian(entry, item.Bytes.Length);
            SHA256.HashData(item.Signature.Span, entry[NumberSize..]);
            item.Bytes.CopyTo(bytes.AsMemory(offset));
            entries.Add(new BundleEntry(item.Id, offset, bytes.AsMemory(offset, item.Bytes.Length)));
            offset += item.Bytes.Length;
        }

        return new Bundle(bytes, entries);
    }

    /// <summary>Reads a bundle's header; its items are neither read nor verified.</summary>
    /// <param name="bytes">The bundle and nothing else; not copied.</param>
    /// <exception cref="BundleException">The bytes are no bundle.</exception>
    public static Bundle Parse(ReadOnlyMemory<byte> bytes) =>
        TryParse(bytes, out var bundle, out var reason) ? bundle : throw new BundleException("Not a valid ANS-104 bundle: " + reason);

    /// <summary>Reads a bundle's header, with the refusal as a value.</summary>
    /// <param name="bytes">The bundle and nothing else; not copied.</param>
    /// <param name="bundle">The bundle; null on a false result.</param>
    /// <param name="reason">Why the bytes are refused; null on a true result.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Bundle? bundle, [NotNullWhen(false)] out string? reason)
    {
        var entries = new List<BundleEntry>();
        reason = ReadHeader(bytes, entries);
        bundle = reason is null ? new Bundle(bytes, entries) : null;
        return bundle is not null;
    }

    /// <summary>Reads and verifies every item, and every bundle that an item says it carries.</summary>
    /// <param name="rules">What is let in beyond the strict rules; null for nothing.</param>
    public BundleVerification Verify(DataItemRules? rules = null)
    {
        var walk = new BundleWalk(rules ?? DataItemRules.Strict);
        walk.Verify(this, depth: 1);
        return walk.Result;
    }

    private static string? ReadHeader(ReadOnlyMemory<byte> bytes, List<BundleEntry> entries)
    {
        var rest = new FieldCursor(bytes);
        if (!rest.TryTake(NumberSize, out var number))
        {
            return "the number of items is cut off";
        }

        if (!TryReadNumber(number.Span, out var count) || count > rest.Rest.Length / EntrySize)
        {
            return "the header states more items than it has room for";
        }

        var items = new FieldCursor(rest.Rest[(EntrySize * count)..]);
        for (var i = 0; i < count; i++)
        {
            _ = rest.TryTake(EntrySize, out var entry);
            var offset = bytes.Length - items.Rest.Length;
            if (!TryReadNumber(entry.Span[..NumberSize], out var size) || !items.TryTake(size, out var item))
            {
                return $"item {i} is cut off";
            }

            entries.Add(new BundleEntry(Base64Url.EncodeToString(entry.Span[NumberSize..]), offset, item));
        }

        return items.Rest.IsEmpty ? null : $"{items.Rest.Length} bytes stand behind the last item";
    }

    /// <summary>A number of 32 bytes, the lowest first; false from 2 GiB on.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, out int number)
    {
        number = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return number >= 0 && !bytes[sizeof(int)..].ContainsAnyExcept((byte)0);
    }
}
