using System.Text.Json;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Json;

/// <summary>The cases of one vector file of <c>testdata/ario</c>, read with a deeper limit than the subject's own.</summary>
internal static class VectorFile
{
    internal static IReadOnlyList<JsonElement> Cases(string name)
    {
        using var document = Open(ProjectFiles.TestData("ario/" + name));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.Clone())];
    }

    internal static JsonDocument Open(string path) =>
        JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 600 });

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
