using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Hallmark.Keys.Files;

/// <summary>
/// The text of key files (<c>mlflow-events.md</c> §9.1): <c>{"seed": "…"}</c> and <c>{"key": "…"}</c>, each the standard base64 of 32 bytes. Nothing here
/// puts a secret into a string or an exception.
/// </summary>
internal static class KeyFileText
{
    /// <summary>How long a seed and a public key are.</summary>
    public const int ValueSize = 32;

    private const int Base64Size = 44;

    /// <summary>Reads the one value of a key file; other members are passed over.</summary>
    /// <param name="json">The file, whole.</param>
    /// <param name="member"><c>seed</c> or <c>key</c>.</param>
    /// <param name="value">Receives 32 bytes; zeroes on a false result.</param>
    /// <returns>False where the text is no JSON object, or does not have the member exactly once as the base64 of 32 bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, string member, Span<byte> value)
    {
        value.Clear();
        var found = 0;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMember = reader.ValueTextEquals(member);
                reader.Read();
                if (!isMember)
                {
                    reader.Skip();
                    continue;
                }

                found += reader.TokenType == JsonTokenType.String && TryDecodeToken(ref reader, value) ? 1 : 2;
            }

            // Reading on refuses whatever stands after the object.
            if (reader.TokenType == JsonTokenType.EndObject && !reader.Read() && found == 1)
            {
                return true;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The parser's message may quote the file.
        }

        value.Clear();
        return false;
    }

    /// <summary>Decodes the strict base64 of 32 bytes: 44 characters, padded, nothing left over.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> base64, Span<byte> value)
    {
        Span<byte> again = stackalloc byte[Base64Size];
        var decoded =
            base64.Length == Base64Size
            && Base64.DecodeFromUtf8(base64, value, out _, out var written) == OperationStatus.Done
            && written == ValueSize
            && Base64.EncodeToUtf8(value, again, out _, out _) == OperationStatus.Done
            && again.SequenceEqual(base64);
        again.Clear();
        if (!decoded)
        {
            value.Clear();
        }

        return decoded;
    }

    /// <summary>Writes a key file in the original's form, byte for byte.</summary>
    /// <returns>The file; for a private one the caller erases it.</returns>
    public static byte[] Write(string member, ReadOnlySpan<byte> value)
    {
        var opening = System.Text.Encoding.ASCII.GetBytes($"{{\"{member}\": \"");
        var text = GC.AllocateArray<byte>(opening.Length + Base64Size + 2, pinned: true);
        opening.CopyTo(text, 0);
        Base64.EncodeToUtf8(value, text.AsSpan(opening.Length), out _, out _);
        "\"}"u8.CopyTo(text.AsSpan(opening.Length + Base64Size));
        return text;
    }

    private static bool TryDecodeToken(ref Utf8JsonReader reader, Span<byte> value)
    {
        if (!reader.ValueIsEscaped)
        {
            return TryDecode(reader.ValueSpan, value);
        }

        // A writer may write + and / as escapes.
        if (reader.ValueSpan.Length > 6 * Base64Size)
        {
            return false;
        }

        Span<byte> plain = stackalloc byte[6 * Base64Size];
        var decoded = TryDecode(plain[..reader.CopyString(plain)], value);
        plain.Clear();
        return decoded;
    }
}
