using System.Text.Json;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>The files of <c>testdata/ans104</c>, made with others' software, and the keys that they were made with.</summary>
internal static class Ans104Vectors
{
    /// <summary>The list of a file.</summary>
    internal static IReadOnlyList<JsonElement> List(string file, string member)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ans104/" + file)));
        return [.. document.RootElement.GetProperty(member).EnumerateArray().Select(item => item.Clone())];
    }

    /// <summary>The valid items of <c>data-items.json</c>.</summary>
    internal static IReadOnlyList<JsonElement> Items { get; } = List("data-items.json", "items");

    /// <summary>The item of that name.</summary>
    internal static JsonElement Item(string name) => Items.Single(item => item.Text("name") == name);

    internal static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    internal static byte[] Hex(this JsonElement element, string member) => Convert.FromHexString(element.Text(member));

    internal static byte[] Base64(this JsonElement element, string member) => Convert.FromBase64String(element.Text(member));

    internal static IReadOnlyList<DataItemTag> Tags(this JsonElement element) =>
        [.. element.GetProperty("tags").EnumerateArray().Select(tag => new DataItemTag(tag.Text("name"), tag.Text("value")))];
}
