using System.Buffers;
using System.Text;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Ethereum addresses: the last 20 bytes of the Keccak-256 of a public key.</summary>
internal static class EthereumAddress
{
    /// <summary>How long an address is.</summary>
    public const int SizeInBytes = 20;

    private static readonly SearchValues<byte> LowerHexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The address of an uncompressed point, 65 bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> publicKey65) => Keccak256.HashData(publicKey65[1..])[12..];

    /// <summary>The address as items of typed signatures hold it: <c>0x</c> and 40 lower-case hex digits.</summary>
    public static string ToText(ReadOnlySpan<byte> address20) => "0x" + Convert.ToHexStringLower(address20);

    /// <summary>Reads that text; only lower-case digits, so that one address has one owner field.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, Span<byte> address20)
    {
        if (ascii.Length != 2 + (2 * SizeInBytes) || !ascii.StartsWith("0x"u8) || ascii[2..].ContainsAnyExcept(LowerHexDigits))
        {
            return false;
        }

        Convert.FromHexString(Encoding.ASCII.GetString(ascii[2..])).CopyTo(address20);
        return true;
    }
}
