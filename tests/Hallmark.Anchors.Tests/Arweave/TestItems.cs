using System.Buffers.Text;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>What tests of items share.</summary>
internal static class TestItems
{
    /// <summary>A well-formed id that no test's item has.</summary>
    public const string OtherId = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// <summary>A bundle of items (<c>turbo-ans104.md</c> §7).</summary>
    public static byte[] Bundle(params DataItem[] items)
    {
        using var bundle = new MemoryStream();
        bundle.Write(Number(items.Length));
        foreach (var item in items)
        {
            bundle.Write(Number(item.Bytes.Length));
            bundle.Write(Base64Url.DecodeFromChars(item.Id));
        }

        foreach (var item in items)
        {
            bundle.Write(item.Bytes.Span);
        }

        return bundle.ToArray();
    }

    private static byte[] Number(int value) => [.. BitConverter.GetBytes(value), .. new byte[28]];
}
