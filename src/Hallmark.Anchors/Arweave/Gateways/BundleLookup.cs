using System.Buffers.Binary;
using System.Buffers.Text;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>
/// Takes an item out of the bundle that carries it, by its place in the bundle's header (<c>turbo-ans104.md</c> §7): for gateways whose index does not hold all of an
/// item's parts. Only the header and the item are read, however large the bundle is.
/// </summary>
internal static class BundleLookup
{
    private const int NumberSize = 32;
    private const int EntrySize = 64;
    private const int MaxEntries = 65_536;

    /// <summary>The item, verified; null where the bundle does not hold it, or not as one.</summary>
    /// <exception cref="AnchorUnavailableException">The gateway does not answer.</exception>
    public static async Task<DataItem?> FindAsync(ArweaveGateway gateway, string bundleId, string id, CancellationToken cancellationToken)
    {
        var head = await gateway.FindRangeAsync(bundleId, 0, NumberSize, cancellationToken).ConfigureAwait(false);
        if (head is null || ReadNumber(head) is not (> 0 and <= MaxEntries and var count))
        {
            return null;
        }

        var header = await gateway.FindRangeAsync(bundleId, NumberSize, (int)count * EntrySize, cancellationToken).ConfigureAwait(false);
        if (header is null || FindEntry(header, (int)count, id) is not var (offset, size))
        {
            return null;
        }

        var bytes = await gateway.FindRangeAsync(bundleId, offset, size, cancellationToken).ConfigureAwait(false);
        return bytes is not null && DataItem.TryParse(bytes, out var item, out _) && item.Verify(id).IsVerified ? item : null;
    }

    private static (long Offset, int Size)? FindEntry(byte[] header, int count, string id)
    {
        var offset = NumberSize + ((long)count * EntrySize);
        for (var i = 0; i < count; i++)
        {
            var entry = header.AsSpan(i * EntrySize, EntrySize);
            if (ReadNumber(entry) is not { } size)
            {
                return null;
            }

            if (Base64Url.EncodeToString(entry[NumberSize..]) == id)
            {
                return size is >= DataItem.MinSizeInBytes and <= int.MaxValue ? (offset, (int)size) : null;
            }

            offset += size;
        }

        return null;
    }

    // 32 bytes, little-endian; more than 2^40 is no size of anything, and bounds the sums.
    private static long? ReadNumber(ReadOnlySpan<byte> number) =>
        number[8..NumberSize].ContainsAnyExcept((byte)0)
        || BinaryPrimitives.ReadUInt64LittleEndian(number) is not (<= 1UL << 40 and var value)
            ? null
            : (long)value;
}
