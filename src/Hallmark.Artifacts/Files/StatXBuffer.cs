using System.Runtime.InteropServices;

namespace Hallmark.Artifacts.Files;

/// <summary><c>struct statx</c>, 256 bytes (statx(2)).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatXBuffer
{
    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(96)]
    public StatXTime Changed;

    [FieldOffset(112)]
    public StatXTime Modified;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;
}
