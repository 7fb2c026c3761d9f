using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>anchor file|dataset</c> and <c>verify file|dataset</c>: the content itself, without a store.</summary>
public sealed class ContentCommandTests
{
    [Fact]
    public async Task A_file_verifies_until_one_byte_of_it_changes()
    {
        using var scene = new CommandScene();
        var file = scene.Folder.File("report.pdf");
        await File.WriteAllTextAsync(file, "as published");
        await scene.ExpectAsync(0, "anchor", "file", file);
        Assert.Contains("VERIFIED", (await scene.ExpectAsync(0, "verify", "file", file)).Out, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "as publishes");
        var failed = await scene.ExpectAsync(1, "verify", "file", file);
        Assert.Contains("report.pdf", failed.Out, StringComparison.Ordinal);
        Assert.Contains("FAILED", failed.Out, StringComparison.Ordinal);
        File.Delete(file);
        await scene.RefuseAsync(2, "verify", "file", file);
    }

    [Fact]
    public async Task A_dataset_verifies_until_a_file_of_it_is_changed_added_or_removed_and_each_is_named()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("train/a.csv"), "1,2\n");
        await File.WriteAllTextAsync(scene.Folder.File("train/deep/ä b.csv"), "3,4\n");
        var folder = Path.Combine(scene.Folder.Path, "train");
        await scene.ExpectAsync(0, "anchor", "dataset", folder, "--name", "credit-train");
        await scene.ExpectAsync(0, "verify", "dataset", "credit-train", folder);

        await File.WriteAllTextAsync(scene.Folder.File("train/a.csv"), "1,3\n");
        Assert.Contains("a.csv", await Failed(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(scene.Folder.File("train/a.csv"), "1,2\n");
        await scene.ExpectAsync(0, "verify", "dataset", "credit-train", folder);

        await File.WriteAllTextAsync(scene.Folder.File("train/smuggled.csv"), "");
        Assert.Matches("smuggled.csv +not in the record", await Failed());
        File.Delete(scene.Folder.File("train/smuggled.csv"));

        File.Delete(scene.Folder.File("train/deep/ä b.csv"));
        Assert.Contains("found (gone)", await Failed(), StringComparison.Ordinal);

        async Task<string> Failed() => (await scene.ExpectAsync(1, "verify", "dataset", "credit-train", folder)).Out;
    }

    [Fact]
    public async Task What_was_never_recorded_is_not_good_and_the_reader_is_told_how_to_record_it()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        await scene.RefuseAsync(2, "verify", "file", scene.Folder.File("a.txt"));
        await scene.ExpectAsync(0, "init");
        var failed = await scene.ExpectAsync(1, "verify", "file", scene.Folder.File("a.txt"));
        Assert.Contains("hint: record it first: hallmark anchor file", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_goes_into_the_record_and_cannot_take_the_place_of_a_fact()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        await File.WriteAllTextAsync(scene.Folder.File("meta.json"), "{\"ticket\":\"RISK-7\"}");
        var recorded = await scene.JsonAsync(0, "anchor", "file", scene.Folder.File("a.txt"), "--metadata", scene.Folder.File("meta.json"));
        Assert.Contains("RISK-7", recorded["payload"]!.ToJsonString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(scene.Folder.File("meta.json"), "[1]");
        await scene.RefuseAsync(2, "anchor", "file", scene.Folder.File("a.txt"), "--metadata", scene.Folder.File("meta.json"));
        await File.WriteAllTextAsync(scene.Folder.File("meta.json"), "{\"a\":1,\"a\":2}");
        await scene.RefuseAsync(2, "anchor", "file", scene.Folder.File("a.txt"), "--metadata", scene.Folder.File("meta.json"));
    }

    [Fact]
    public async Task Control_characters_in_a_name_never_reach_the_terminal()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a\e[2J.txt"), "a");
        var ended = await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("a\e[2J.txt"));
        Assert.DoesNotContain('\e', ended.Out + ended.Error);
        var json = await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("a\e[2J.txt"), "--json");
        Assert.DoesNotContain('\e', json.Out);
        Assert.IsType<JsonObject>(JsonNode.Parse(json.Out));
    }
}
