using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Signatures;
using SimpleBase;

namespace Hallmark.Anchors.Arweave.Wallets;

/// <summary>
/// The content of a wallet's file, told apart by its shape alone (mlflow-events.md §9.2): an array of 64 numbers or a base58 text is a Solana wallet, an object an Arweave
/// JWK, a text of <c>0x</c> and 64 hex digits, with or without quotes, an Ethereum key. Nothing read is kept, and no message repeats any of it.
/// </summary>
public static class WalletText
{
    /// <summary>The longest file that is read.</summary>
    public const int MaxSizeInBytes = 64 * 1024;

    private const int SeedSize = 32;
    private const int PairSize = 64;
    private const int MaxMemberSize = 2_048;
    private static readonly string[] KeyMembers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

    /// <summary>Reads a wallet.</summary>
    /// <param name="utf8">The file's content; the caller erases it.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="WalletException">It is no wallet.</exception>
    public static ArweaveWallet Parse(ReadOnlySpan<byte> utf8, string place)
    {
        if (utf8.Length > MaxSizeInBytes)
        {
            throw Refusal(place, $"it is larger than {MaxSizeInBytes} bytes");
        }

        if (utf8.Trim(" \t\r\n"u8) is [(byte)'0', (byte)'x', ..] bare)
        {
            return ReadEthereum(Encoding.ASCII.GetString(bare), place);
        }

        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 4 });
            if (!reader.Read())
            {
                throw Refusal(place, "it is empty");
            }

            var wallet = reader.TokenType switch
            {
                JsonTokenType.StartArray => ReadNumbers(ref reader, place),
                JsonTokenType.StartObject => ReadKey(ref reader, place),
                JsonTokenType.String => ReadText(ref reader, place),
                _ => throw Refusal(place, "it is neither an array, an object nor a text"),
            };
            if (!reader.Read())
            {
                return wallet;
            }

            wallet.Dispose();
            throw Refusal(place, "something follows the wallet");
        }
        catch (JsonException)
        {
            // Its message could quote the file.
            throw Refusal(place, "it is not JSON");
        }
    }

    /// <summary>Writes a Solana wallet as <c>id.json</c> does: 32 bytes of seed and 32 of public key, as numbers.</summary>
    /// <param name="seed32">The seed, 32 bytes.</param>
    /// <returns>The file's content; the caller erases it.</returns>
    public static byte[] WriteSolana(ReadOnlySpan<byte> seed32)
    {
        using var key = Ed25519PrivateKey.FromSeed(seed32);
        var text = new StringBuilder("[", 4 * PairSize);
        foreach (var part in new[] { seed32.ToArray(), key.PublicKey.Bytes.ToArray() })
        {
            foreach (var number in part)
            {
                text.Append(text.Length > 1 ? "," : "").Append(number);
            }

            CryptographicOperations.ZeroMemory(part);
        }

        return Encoding.ASCII.GetBytes(text.Append("]\n").ToString());
    }

    /// <summary>Writes an Ethereum key as JSON: <c>"0x…"</c>.</summary>
    /// <param name="secret32">The key, 32 bytes; one that <see cref="EthereumWallet.FromSecret"/> takes.</param>
    /// <returns>The file's content; the caller erases it.</returns>
    public static byte[] WriteEthereum(ReadOnlySpan<byte> secret32)
    {
        var text = new byte[(2 * SeedSize) + 5];
        "\"0x"u8.CopyTo(text);
        _ = Convert.TryToHexStringLower(secret32, text.AsSpan(3), out _);
        "\"\n"u8.CopyTo(text.AsSpan(text.Length - 2));
        return text;
    }

    /// <summary>Writes an Arweave wallet: an RSA key as a JWK.</summary>
    /// <param name="key">All members of the key; the secret ones are the caller's to erase.</param>
    /// <returns>The file's content; the caller erases it.</returns>
    /// <exception cref="ArgumentException">A member is missing.</exception>
    public static byte[] WriteArweave(RSAParameters key)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("kty", "RSA");
            foreach (
                var (name, value) in new[]
                {
                    ("n", key.Modulus),
                    ("e", key.Exponent),
                    ("d", key.D),
                    ("p", key.P),
                    ("q", key.Q),
                    ("dp", key.DP),
                    ("dq", key.DQ),
                    ("qi", key.InverseQ),
                }
            )
            {
                writer.WriteString(
                    name,
                    Base64Url.EncodeToUtf8(value ?? throw new ArgumentException($"The key has no {name}.", nameof(key)))
                );
            }

            writer.WriteEndObject();
        }

        var content = text.ToArray();
        CryptographicOperations.ZeroMemory(text.GetBuffer());
        return content;
    }

    private static Ed25519Wallet ReadNumbers(ref Utf8JsonReader reader, string place)
    {
        Span<byte> pair = stackalloc byte[PairSize];
        try
        {
            var count = 0;
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                if (reader.TokenType is not JsonTokenType.Number || count == PairSize || !reader.TryGetByte(out pair[count++]))
                {
                    throw Refusal(place, "a Solana wallet is 64 whole numbers from 0 to 255");
                }
            }

            return count == PairSize ? OfPair(pair, place) : throw Refusal(place, "a Solana wallet is 64 whole numbers from 0 to 255");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pair);
        }
    }

    private static ArweaveWallet ReadText(ref Utf8JsonReader reader, string place)
    {
        var text = reader.GetString()!; // the token is a text
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return ReadEthereum(text, place);
        }

        byte[] secret;
        try
        {
            secret = text.Length is > 0 and <= 128 ? Base58.Bitcoin.Decode(text) : [];
        }
        catch (ArgumentException)
        {
            throw Refusal(place, "a Solana wallet as text is base58");
        }

        try
        {
            return secret.Length switch
            {
                PairSize => OfPair(secret, place),
                SeedSize => Ed25519Wallet.FromSeed(secret),
                _ => throw Refusal(place, "a Solana wallet as text is base58 of 64 or 32 bytes"),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static EthereumWallet ReadEthereum(string text, string place)
    {
        var secret = new byte[SeedSize];
        try
        {
            return
                text.Length == 2 + (2 * SeedSize)
                && Convert.FromHexString(text.AsSpan(2), secret, out _, out _) is System.Buffers.OperationStatus.Done
                && EthereumWallet.FromSecret(secret) is { } ethereum
                ? ethereum
                : throw Refusal(place, "an Ethereum key is 0x and 64 hex digits, and below the group's order");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static Ed25519Wallet OfPair(ReadOnlySpan<byte> pair, string place)
    {
        var wallet = Ed25519Wallet.FromSeed(pair[..SeedSize]);
        if (wallet.Owner.Span.SequenceEqual(pair[SeedSize..]))
        {
            return wallet;
        }

        wallet.Dispose();
        throw Refusal(place, "its public half does not belong to its seed");
    }

    private static RsaWallet ReadKey(ref Utf8JsonReader reader, string place)
    {
        var members = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var isRsa = false;
        try
        {
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!; // a name is a text
                reader.Read();
                if (name == "kty")
                {
                    isRsa = reader.TokenType is JsonTokenType.String && reader.ValueTextEquals("RSA"u8);
                }
                else if (!KeyMembers.Contains(name))
                {
                    reader.Skip();
                }
                else if (!members.TryAdd(name, ReadMember(ref reader, place, name)))
                {
                    throw Refusal(place, $"\"{name}\" stands in it twice");
                }
            }

            if (!isRsa || KeyMembers.FirstOrDefault(member => !members.ContainsKey(member)) is { } missing && missing.Length > 0)
            {
                throw Refusal(place, "an Arweave wallet is a JWK with kty \"RSA\", n, e, d, p, q, dp, dq and qi");
            }

            return RsaWallet.FromParameters(ToParameters(members))
                ?? throw Refusal(place, "the members of the key do not belong together, or its exponent is not 65537");
        }
        finally
        {
            foreach (var member in members.Values)
            {
                CryptographicOperations.ZeroMemory(member);
            }
        }
    }

    private static byte[] ReadMember(ref Utf8JsonReader reader, string place, string name)
    {
        var value = reader.ValueSpan;
        if (
            reader.TokenType is JsonTokenType.String
            && !reader.ValueIsEscaped
            && value.Length is > 0 and <= MaxMemberSize
            && Base64Url.IsValid(value)
        )
        {
            return Base64Url.DecodeFromUtf8(value);
        }

        throw Refusal(place, $"\"{name}\" is not base64url");
    }

    // The system's RSA wants every part at its full width, and files may leave zeros at the front out.
    private static RSAParameters ToParameters(Dictionary<string, byte[]> members)
    {
        var modulus = members["n"].AsSpan().TrimStart((byte)0).ToArray();
        var half = (modulus.Length + 1) / 2;
        return new RSAParameters
        {
            Modulus = modulus,
            Exponent = members["e"].AsSpan().TrimStart((byte)0).ToArray(),
            D = Wide(members["d"], modulus.Length),
            P = Wide(members["p"], half),
            Q = Wide(members["q"], half),
            DP = Wide(members["dp"], half),
            DQ = Wide(members["dq"], half),
            InverseQ = Wide(members["qi"], half),
        };
    }

    private static byte[] Wide(ReadOnlySpan<byte> value, int size)
    {
        var digits = value.TrimStart((byte)0);
        var wide = new byte[Math.Max(size, digits.Length)];
        digits.CopyTo(wide.AsSpan(wide.Length - digits.Length));
        return wide;
    }

    private static WalletException Refusal(string place, string what) =>
        new($"{place} is no wallet: {what}", "a Solana id.json, an Arweave JWK, or an Ethereum key as \"0x…\"; it was left as it is");
}
