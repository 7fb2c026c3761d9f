namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Takes fields one after the other off the front of some bytes.</summary>
internal struct FieldCursor(ReadOnlyMemory<byte> bytes)
{
    /// <summary>What was not taken.</summary>
    public ReadOnlyMemory<byte> Rest { get; private set; } = bytes;

    /// <summary>Takes the next bytes; takes none where fewer are left.</summary>
    public bool TryTake(int size, out ReadOnlyMemory<byte> field)
    {
        if (size > Rest.Length)
        {
            field = default;
            return false;
        }

        field = Rest[..size];
        Rest = Rest[size..];
        return true;
    }
}
