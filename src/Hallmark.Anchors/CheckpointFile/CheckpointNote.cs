using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.CheckpointFile;

/// <summary>The signed checkpoint in a receipt's <c>proof</c>, member <c>note</c> (docs/formats/receipts.md), and the name of the file that holds it.</summary>
internal static class CheckpointNote
{
    /// <summary>The proof's member.</summary>
    public const string Member = "note";

    /// <summary>The longest note that is read, in bytes.</summary>
    public const int MaxSizeInBytes = 64 * 1024;

    /// <summary>The file's name, by the checkpoint's size.</summary>
    public static string FileName(long size) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"checkpoint-{size:D12}.txt");

    /// <summary>A proof that holds the note alone.</summary>
    public static JsonObject Write(ReadOnlySpan<byte> note) => new() { [Member] = Convert.ToBase64String(note) };

    /// <summary>The note's bytes.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public static byte[] Read(AnchorReceipt receipt) =>
        CanonicalBase64.Find(receipt.Proof[Member], MaxSizeInBytes)
        ?? throw new BadInputException($"the receipt's {Member} is not base64 of 1 to {MaxSizeInBytes} bytes");
}
