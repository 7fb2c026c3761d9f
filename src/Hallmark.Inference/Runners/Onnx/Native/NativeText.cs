using System.Runtime.InteropServices;
using System.Text;

namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>Texts as C has them: UTF-8 with a zero byte at the end.</summary>
internal static unsafe class NativeText
{
    /// <summary>A text at an address that does not move; it lives as long as the array is referenced.</summary>
    public static byte[] Pin(string text)
    {
        var bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>Where a pinned text lies.</summary>
    public static byte* AddressOf(byte[] pinned) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    /// <summary>The text at an address; empty for none.</summary>
    public static string Read(byte* text) =>
        text is null ? "" : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    /// <summary>A path as the library takes it: UTF-16 on Windows, else UTF-8; pinned.</summary>
    public static byte[] PinPath(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            return Pin(path);
        }

        var bytes = GC.AllocateArray<byte>((path.Length + 1) * sizeof(char), pinned: true);
        Encoding.Unicode.GetBytes(path, bytes);
        return bytes;
    }
}
