using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Hallmark.Core.Json;

/// <summary>Writes native values in canonical form.</summary>
internal static class CanonicalValues
{
    private const long LargestExactInteger = (1L << 53) - 1;

    /// <summary>Writes bytes as they are.</summary>
    internal static void WriteRaw(CanonicalBuffer buffer, ReadOnlySpan<byte> canonical)
    {
        buffer.Reserve(canonical.Length);
        canonical.CopyTo(buffer.Bytes.AsSpan(buffer.Length));
        buffer.Length += canonical.Length;
    }

    /// <summary>Writes the comma that belongs in front of a further member or item of the innermost container.</summary>
    internal static void WriteComma(CanonicalBuffer buffer)
    {
        if (buffer.Bytes[buffer.Length - 1] is not ((byte)'[' or (byte)'{'))
        {
            WriteRaw(buffer, ","u8);
        }
    }

    /// <summary>Opens a container.</summary>
    /// <exception cref="JsonRejectedException">It would be nested too deep.</exception>
    internal static void Open(CanonicalBuffer buffer, bool isObject)
    {
        if (buffer.Depth == StrictJson.MaxDepth)
        {
            throw new JsonRejectedException(JsonFault.TooDeep, -1);
        }

        WriteRaw(buffer, isObject ? "{"u8 : "["u8);
        buffer.Open(isObject);
    }

    /// <summary>Closes an array.</summary>
    internal static void CloseArray(CanonicalBuffer buffer)
    {
        buffer.CloseArray();
        WriteRaw(buffer, "]"u8);
    }

    /// <summary>Closes an object.</summary>
    /// <exception cref="JsonRejectedException">A name stands in it twice.</exception>
    internal static void CloseObject(CanonicalBuffer buffer)
    {
        if (buffer.CloseObject() >= 0)
        {
            throw new JsonRejectedException(JsonFault.DuplicateName, -1);
        }

        WriteRaw(buffer, "}"u8);
    }

    /// <summary>Writes the name of a further member, with the comma in front and the colon behind.</summary>
    /// <exception cref="JsonRejectedException">A lone surrogate, or the name of the member before.</exception>
    internal static void WriteName(CanonicalBuffer buffer, ReadOnlySpan<char> name)
    {
        WriteComma(buffer);
        var start = buffer.Length;
        var escaped = WriteString(buffer, name);
        if (!buffer.AddMember(start, escaped, ascii: false, start))
        {
            throw new JsonRejectedException(JsonFault.DuplicateName, -1);
        }

        WriteRaw(buffer, ":"u8);
    }

    /// <summary>Writes a string with its quotation marks.</summary>
    /// <returns>Whether escapes were needed.</returns>
    /// <exception cref="JsonRejectedException">A lone surrogate.</exception>
    internal static bool WriteString(CanonicalBuffer buffer, ReadOnlySpan<char> text)
    {
        if (text.Length > StrictJson.MaxSizeInBytes)
        {
            throw new JsonRejectedException(JsonFault.TooLarge, -1);
        }

        buffer.Reserve((3 * text.Length) + 2);
        var target = buffer.Bytes.AsSpan(buffer.Length);
        target[0] = (byte)'"';
        if (Utf8.FromUtf16(text, target[1..], out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new JsonRejectedException(JsonFault.LoneSurrogate, -1);
        }

        var firstEscaped = CanonicalText.IndexOfEscaped(target.Slice(1, written));
        if (firstEscaped >= 0)
        {
            var rest = target[(1 + firstEscaped)..(1 + written)].ToArray();
            buffer.Length += 1 + firstEscaped;
            WriteEscaped(buffer, rest);
            WriteRaw(buffer, "\""u8);
            return true;
        }

        target[written + 1] = (byte)'"';
        buffer.Length += written + 2;
        return false;
    }

    /// <summary>Writes a number.</summary>
    /// <exception cref="JsonRejectedException">NaN or an infinity.</exception>
    internal static void WriteNumber(CanonicalBuffer buffer, double value)
    {
        if (!double.IsFinite(value))
        {
            throw new JsonRejectedException(JsonFault.NotFinite, -1);
        }

        buffer.Reserve(NumberLayout.MaxLength);
        buffer.Length += NumberLayout.Write(value, buffer.Bytes.AsSpan(buffer.Length));
    }

    /// <summary>Writes an integer.</summary>
    /// <exception cref="JsonRejectedException">Outside ±(2⁵³−1).</exception>
    internal static void WriteInteger(CanonicalBuffer buffer, long value)
    {
        if (value is > LargestExactInteger or < -LargestExactInteger)
        {
            throw new JsonRejectedException(JsonFault.InexactInteger, -1);
        }

        buffer.Reserve(NumberLayout.MaxLength);
        Utf8Formatter.TryFormat(value, buffer.Bytes.AsSpan(buffer.Length), out var written);
        buffer.Length += written;
    }

    private static void WriteEscaped(CanonicalBuffer buffer, ReadOnlySpan<byte> utf8)
    {
        buffer.Reserve(6 * utf8.Length);
        var target = buffer.Bytes.AsSpan(buffer.Length);
        var written = 0;
        foreach (var b in utf8)
        {
            if (CanonicalText.NeedsEscape(b))
            {
                written += CanonicalText.WriteEscape(b, target[written..]);
            }
            else
            {
                target[written++] = b;
            }
        }

        buffer.Length += written;
    }
}
