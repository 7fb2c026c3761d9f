using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hallmark.Core.Digests;

/// <summary>
/// SHA-256 of inputs of up to a few kilobytes, such as nodes of trees, envelopes and records. Goes to libcrypto's block function where that library is, because the base
/// library's one-shot call costs several times the hashing itself at these lengths; else to the base library. FIPS 180-4.
/// </summary>
internal static unsafe partial class Sha256Compression
{
    private const string Library = "libcrypto.so.3";

    // SHA256_CTX of openssl/sha.h is 112 bytes: eight state words first. Room is left over.
    private const int ContextSizeInBytes = 128;
    private const int BlockSizeInBytes = 64;

    /// <summary>Longer inputs hold up the collector for too long, and gain nothing.</summary>
    private const int LongestInputInBytes = 4_096;

    /// <summary>True where libcrypto does the work.</summary>
    public static bool IsNative { get; } = OperatingSystem.IsLinux() && BitConverter.IsLittleEndian && IsUsable();

    /// <summary>Hashes bytes of any length; those of more than <see cref="LongestInputInBytes"/> in the base library.</summary>
    /// <param name="content">The input.</param>
    /// <param name="destination">Receives 32 bytes.</param>
    public static void Hash(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        if (!IsNative || content.Length > LongestInputInBytes)
        {
            SHA256.HashData(content, destination);
            return;
        }

        var context = stackalloc uint[ContextSizeInBytes / 4];
        Initialise(context);
        var whole = content.Length & -BlockSizeInBytes;
        Transform(context, content[..whole]);
        Span<byte> last = stackalloc byte[2 * BlockSizeInBytes];
        content[whole..].CopyTo(last);
        Finish(context, last, content.Length - whole, content.Length, destination);
    }

    /// <summary>Hashes at most 119 bytes (two blocks with their padding) laid out in a 128-byte buffer, which is padded in place.</summary>
    /// <param name="buffer">128 bytes of which the first <paramref name="length"/> are the input; the rest is overwritten.</param>
    /// <param name="length">0 to 119.</param>
    /// <param name="destination">Receives 32 bytes.</param>
    public static void HashShort(Span<byte> buffer, int length, Span<byte> destination)
    {
        if (!IsNative)
        {
            SHA256.HashData(buffer[..length], destination);
            return;
        }

        var context = stackalloc uint[ContextSizeInBytes / 4];
        Initialise(context);
        Finish(context, buffer, length, length, destination);
    }

    private static void Finish(uint* context, Span<byte> last, int length, int totalLength, Span<byte> destination)
    {
        var end = length < BlockSizeInBytes - 8 ? BlockSizeInBytes : 2 * BlockSizeInBytes;
        last[length] = 0x80;
        last[(length + 1)..(end - 8)].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(last[(end - 8)..], (ulong)totalLength * 8);
        Transform(context, last[..end]);
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[(4 * i)..], context[i]);
        }
    }

    private static void Transform(uint* context, ReadOnlySpan<byte> blocks)
    {
        fixed (byte* start = blocks)
        {
            for (var offset = 0; offset < blocks.Length; offset += BlockSizeInBytes)
            {
                SHA256_Transform(context, start + offset);
            }
        }
    }

    private static void Initialise(uint* context)
    {
        context[0] = 0x6a09e667;
        context[1] = 0xbb67ae85;
        context[2] = 0x3c6ef372;
        context[3] = 0xa54ff53a;
        context[4] = 0x510e527f;
        context[5] = 0x9b05688c;
        context[6] = 0x1f83d9ab;
        context[7] = 0x5be0cd19;
    }

    private static bool IsUsable()
    {
        if (!NativeLibrary.TryLoad(Library, out var library) || !NativeLibrary.TryGetExport(library, nameof(SHA256_Transform), out _))
        {
            return false;
        }

        // One block against the base library: a libcrypto that lays its context out otherwise is not used.
        Span<byte> block = stackalloc byte[BlockSizeInBytes];
        block.Clear();
        block[0] = 0x80;
        var context = stackalloc uint[ContextSizeInBytes / 4];
        Initialise(context);
        fixed (byte* start = block)
        {
            SHA256_Transform(context, start);
        }

        Span<byte> expected = stackalloc byte[32];
        SHA256.HashData([], expected);
        for (var i = 0; i < 8; i++)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(expected[(4 * i)..]) != context[i])
            {
                return false;
            }
        }

        return true;
    }

    [LibraryImport(Library)]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void SHA256_Transform(uint* context, byte* block);
}
