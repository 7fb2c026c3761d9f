using System.Security.Cryptography;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Evidence;

/// <summary>Files that hold the key of an export's maker (envelope family §16, <c>--key</c>).</summary>
public static class ExporterKey
{
    private static readonly string[] Names = ["privateKey", "seed", "private_key"];

    /// <summary>Reads a file: 64 hex digits, or a JSON object that holds them as <c>privateKey</c>, <c>seed</c> or <c>private_key</c>, each at most once, and nothing after it.</summary>
    /// <param name="utf8">The file; white space around the digits is passed over. The caller clears it.</param>
    /// <exception cref="BadInputException">It holds no seed. The message says nothing of what it holds.</exception>
    public static Ed25519PrivateKey Read(ReadOnlySpan<byte> utf8)
    {
        // Nothing here puts the secret into a string, a tree or an exception.
        var digits = utf8.Trim(" \t\r\n"u8);
        if (digits is not [(byte)'{', ..])
        {
            return FromDigits(digits);
        }

        var reader = new Utf8JsonReader(digits, new JsonReaderOptions { MaxDepth = 8 });
        ReadOnlySpan<byte> found = default;
        var rank = Names.Length;
        var seen = 0;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var thisRank = RankOf(in reader);
                if (thisRank < Names.Length && (seen & (1 << thisRank)) != 0)
                {
                    // Some readers take the first, others the last: nobody could say which key is meant.
                    throw NotASeed();
                }

                seen |= 1 << thisRank;
                reader.Read();
                if (thisRank < rank && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped)
                {
                    rank = thisRank;
                    found = reader.ValueSpan;
                }

                reader.Skip();
            }

            // At the end of the text this does nothing; it fails on whatever else follows the object.
            reader.Read();
        }
        catch (JsonException)
        {
            // Its message may quote what it read.
            throw NotASeed();
        }

        return FromDigits(found.Trim(" \t\r\n"u8));
    }

    private static int RankOf(in Utf8JsonReader name)
    {
        for (var rank = 0; rank < Names.Length; rank++)
        {
            if (name.ValueTextEquals(Names[rank]))
            {
                return rank;
            }
        }

        return Names.Length;
    }

    private static Ed25519PrivateKey FromDigits(ReadOnlySpan<byte> digits)
    {
        Span<byte> seed = stackalloc byte[Ed25519PrivateKey.SeedSizeInBytes];
        try
        {
            return
                digits.Length == 2 * seed.Length && Convert.FromHexString(digits, seed, out _, out _) == System.Buffers.OperationStatus.Done
                ? Ed25519PrivateKey.FromSeed(seed)
                : throw NotASeed();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private static BadInputException NotASeed() =>
        new(
            "The key file holds no Ed25519 seed",
            "Write 64 hex digits, or a JSON object that holds them as \"privateKey\", \"seed\" or \"private_key\""
        );
}
