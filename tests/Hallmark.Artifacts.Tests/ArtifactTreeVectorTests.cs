using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

/// <summary>testdata/ario/artifact-trees.json on real folders.</summary>
public sealed class ArtifactTreeVectorTests
{
    public static TheoryData<string> CaseIds => new(Cases().Select(c => c.GetProperty("id").GetString()!));

    [Theory]
    [MemberData(nameof(CaseIds))]
    public async Task The_checksums_are_those_of_the_original(string id)
    {
        var vector = Cases().Single(c => c.GetProperty("id").GetString() == id);
        using var folder = new TemporaryFolder();
        foreach (var file in vector.GetProperty("files").EnumerateObject())
        {
            File.WriteAllBytes(folder.File("tree/" + file.Name), file.Value.GetBytesFromBase64());
        }

        var root = Directory.CreateDirectory(Path.Combine(folder.Path, "tree")).FullName;
        foreach (var directory in vector.GetProperty("empty_directories").EnumerateArray())
        {
            Directory.CreateDirectory(Path.Combine(root, directory.GetString()!));
        }

        var digests = await new FolderHasher(HashingOptions.ForMlflow).HashAsync(root, null, CancellationToken.None);

        var expected = vector.GetProperty("expect");
        var checksums = digests.ToChecksums();
        Assert.Equal(
            expected.GetProperty("checksums").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!),
            checksums.ToDictionary(p => p.Key, p => p.Value)
        );
        var status = checksums.Count == 0 ? "no_artifacts" : "hashed";
        Assert.Equal(expected.GetProperty("artifact_status").GetString(), status);

        // The order of enumeration is that of RFC 8785, so writing the pairs as they come gives the canonical bytes.
        var canonical = "{" + string.Join(',', checksums.Select(p => $"\"{Escape(p.Key)}\":\"{p.Value}\"")) + "}";
        Assert.Equal(expected.GetProperty("checksums_canonical").GetString(), canonical);
        if (expected.GetProperty("artifact_hash").GetString() is { } hash)
        {
            Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        }
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\t", "\\t").Replace("\n", "\\n");

    private static List<JsonElement> Cases() =>
        [
            .. JsonDocument
                .Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/artifact-trees.json")))
                .RootElement.GetProperty("cases")
                .EnumerateArray(),
        ];
}
