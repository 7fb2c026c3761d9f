using System.Buffers;

namespace Hallmark.Core.Signatures;

/// <summary>Hex as signatures and keys are written: digits of either case and nothing else.</summary>
internal static class StrictHex
{
    /// <summary>Decodes exactly as many bytes as <paramref name="destination"/> holds.</summary>
    /// <returns>False for null, another length, blanks or any other character; <paramref name="destination"/> then holds nothing of use.</returns>
    public static bool TryDecode(string? hex, Span<byte> destination) =>
        hex is not null
        && hex.Length == destination.Length * 2
        && Convert.FromHexString(hex, destination, out _, out var written) == OperationStatus.Done
        && written == destination.Length;
}
