using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Artifacts;

/// <summary><c>MLmodel</c> is read as data, and never as more than its own size.</summary>
public sealed class MlModelFileTests
{
    private const string FirstMember = "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n";

    public static TheoryData<string> Refused =>
        [
            "",
            "- flavors",
            "flavors",
            "a: 1\na: 2\n",
            "a: [1, 2\n",
            "a: &x [1]\nb: *x\n",
            "a: *x\n",
            "a: !!python/object/apply:os.system ['true']\n",
            "a: !!binary aGVsbG8=\n",
            "{[1]: 2}\n",
            "a: 1\n---\nb: 2\n",
            "a: \"\\ud800\"\n",
            "a: " + new string('[', 40) + new string(']', 40) + "\n",
        ];

    [Fact]
    public async Task Every_model_that_a_real_mlflow_wrote_is_read_with_flavors_and_signature()
    {
        var files = Directory.GetFiles(ProjectFiles.TestData("mlflow"), MlModelFile.FileName, SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var read = await MlModelFile.FindAsync(Path.GetDirectoryName(file)!, default);
            Assert.NotNull(read);
            var isExternal = (bool?)read["metadata"]?["mlflow.model.isExternal"] is true;
            Assert.Equal(isExternal ? [] : ["python_function", "sklearn"], MlModelFile.FlavorsOf(read));
            if (!isExternal)
            {
                Assert.Equal("model.pkl", (string?)read["flavors"]!["python_function"]!["model_path"]);
            }

            if (read["signature"]?["inputs"] is { } inputs)
            {
                Assert.NotEmpty(JsonNode.Parse(inputs.GetValue<string>())!.AsArray());
            }
        }
    }

    [Fact]
    public void Plain_scalars_keep_their_kind_and_quoted_ones_are_texts()
    {
        var read = MlModelFile.Parse("a: 1\nb: '1'\nc: true\nd: 'true'\ne: null\nf: 0.5\ng: x y\nh: -1.0e-05\ni: []\nj: {}\n"u8);
        Assert.Equal("""{"a":1,"b":"1","c":true,"d":"true","e":null,"f":0.5,"g":"x y","h":-1.0e-05,"i":[],"j":{}}""", read.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_mlflow_never_writes_is_refused(string yaml) =>
        Assert.Throws<MlflowFormatException>(() => MlModelFile.Parse(Encoding.UTF8.GetBytes(yaml)));

    [Fact]
    public void A_file_of_nine_lines_that_would_unfold_to_a_billion_values_is_refused_at_its_first_anchor()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 9; i++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [");
            bomb.AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10)).Append("]\n");
        }

        var refusal = Assert.Throws<MlflowFormatException>(() => MlModelFile.Parse(Encoding.UTF8.GetBytes(bomb.ToString())));
        Assert.Contains("line 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_values_than_any_model_has_are_refused()
    {
        var many = new StringBuilder("a:\n");
        for (var i = 0; i < 100_001; i++)
        {
            many.Append("- 1\n");
        }

        Assert.Throws<MlflowFormatException>(() => MlModelFile.Parse(Encoding.UTF8.GetBytes(many.ToString())));
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_refused_by_its_length()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, MlModelFile.FileName),
            FirstMember + "note: " + new string('x', MlModelFile.MaxSizeInBytes)
        );
        var refusal = await Assert.ThrowsAsync<MlflowFormatException>(() => MlModelFile.FindAsync(folder.Path, default));
        Assert.Contains("4,194,304", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_utf_8_are_refused() => Assert.Throws<MlflowFormatException>(() => MlModelFile.Parse([.. "a: "u8, 0xff]));

    [Fact]
    public async Task A_folder_without_the_file_has_no_description_and_no_flavors()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(await MlModelFile.FindAsync(folder.Path, default));
        Assert.Empty(MlModelFile.FlavorsOf(null));
        Assert.Empty(MlModelFile.FlavorsOf(new JsonObject { ["flavors"] = "python_function" }));
    }

    [Fact]
    public async Task A_link_in_the_files_place_is_not_followed()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "other"), FirstMember);
        File.CreateSymbolicLink(Path.Combine(folder.Path, MlModelFile.FileName), Path.Combine(folder.Path, "other"));
        await Assert.ThrowsAsync<MlflowFormatException>(() => MlModelFile.FindAsync(folder.Path, default));
    }
}
