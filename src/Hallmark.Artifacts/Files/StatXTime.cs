using System.Runtime.InteropServices;

namespace Hallmark.Artifacts.Files;

/// <summary><c>struct statx_timestamp</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct StatXTime
{
    public long Seconds;
    public uint Nanoseconds;
}
