using System.Text;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>One tag of a data item. Names need not be unique, and the order counts.</summary>
/// <param name="Name">1 to 1024 bytes of UTF-8.</param>
/// <param name="Value">1 to 3072 bytes of UTF-8.</param>
public sealed record DataItemTag(string Name, string Value)
{
    /// <summary>The most tags that an item may have.</summary>
    public const int MaxCount = 128;

    /// <summary>The longest name in bytes.</summary>
    public const int MaxNameSizeInBytes = 1024;

    /// <summary>The longest value in bytes.</summary>
    public const int MaxValueSizeInBytes = 3072;

    /// <summary>The most bytes of all tags of an item together, as they are written.</summary>
    public const int MaxSectionSizeInBytes = 4096;

    /// <summary>UTF-8 that throws on what is no text, both ways.</summary>
    internal static UTF8Encoding StrictUtf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
