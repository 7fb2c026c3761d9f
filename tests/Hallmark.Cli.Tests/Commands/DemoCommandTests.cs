namespace Hallmark.Cli.Tests.Commands;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task The_demo_ends_well_names_its_report_and_leaves_the_users_home_alone()
    {
        using var scene = new CommandScene();
        var folder = Path.Combine(scene.Folder.Path, "demo");
        var demo = await scene.ExpectAsync(0, "demo", "--folder", folder);
        var report = Path.Combine(folder, "audit.html");
        Assert.Contains(report, demo.Out, StringComparison.Ordinal);
        Assert.Contains("<!DOCTYPE html>", await File.ReadAllTextAsync(report), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(4, Occurrences(demo.Out, "  FAILED"));
        Assert.DoesNotContain("the demo expected", demo.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scene.Home));

        Assert.Contains("not empty", (await scene.RefuseAsync(2, "demo", "--folder", folder)).Error, StringComparison.Ordinal);
    }

    private static int Occurrences(string text, string what) => text.Split(what).Length - 1;
}
