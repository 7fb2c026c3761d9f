using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hallmark.Core.Evidence;

/// <summary>Bytes written as hex, with the faults named as the family's Python kernel names them.</summary>
internal static class HexText
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Decodes digits of either case; no digits are no bytes. Blanks are refused.</summary>
    internal static bool TryDecode(string hex, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? fault)
    {
        bytes = null;
        fault = FindFault(hex);
        if (fault is not null)
        {
            return false;
        }

        bytes = Convert.FromHexString(hex);
        return true;
    }

    private static string? FindFault(string hex)
    {
        if (hex.Length % 2 != 0)
        {
            return "not even-length hex";
        }

        var position = hex.AsSpan().IndexOfAnyExcept(Digits);
        return position < 0 ? null : $"non-hexadecimal number found in fromhex() arg at position {position}";
    }
}
