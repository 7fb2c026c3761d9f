using System.Text.Json.Nodes;
using Hallmark.Home.Settings;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

public sealed class SettingsEditorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private HomeFolder Home => HomeFolder.Find(Path.Combine(_folder.Path, "home"), new Dictionary<string, string>());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_anchor_is_added_and_everything_else_stays()
    {
        File.WriteAllText(
            _folder.File("home/hallmark.json"),
            """{"origin": "example.org/log", "relocate": ["/a=/b"], "tracking_uri": "/srv/ä"}"""
        );
        SettingsEditor.AddAnchor(Home, Vault("one"));
        var settings = SettingsEditor.AddAnchor(Home, Vault("two"));
        Assert.Equal(["one", "two"], settings.Anchors.Select(anchor => anchor.Name));
        var file = JsonNode.Parse(File.ReadAllText(Home.SettingsFile))!.AsObject();
        Assert.Equal(["origin", "relocate", "tracking_uri", "anchors"], file.Select(member => member.Key));
        Assert.Equal("/srv/ä", (string?)file["tracking_uri"]);
        Assert.Equal(["hallmark.json"], Directory.GetFiles(Home.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_home_without_settings_gets_them()
    {
        Assert.Equal("one", Assert.Single(SettingsEditor.AddAnchor(Home, Vault("one")).Anchors).Name);
        Assert.Equal("one", Assert.Single(SettingsReader.Read(Home).Anchors).Name);
    }

    [Theory]
    [InlineData("""{"name": "one", "type": "checkpoint-file", "folder": "f"}""")]
    [InlineData("""{"name": "two", "type": "pigeon"}""")]
    [InlineData("""{"name": "two", "type": "checkpoint-file"}""")]
    [InlineData("""{"name": "two", "type": "checkpoint-file", "folder": "f", "password": "t0psecret"}""")]
    public void An_anchor_that_would_make_the_file_faulty_leaves_it_as_it_was(string anchor)
    {
        SettingsEditor.AddAnchor(Home, Vault("one"));
        var before = File.ReadAllText(Home.SettingsFile);
        Assert.Throws<SettingsException>(() => SettingsEditor.AddAnchor(Home, JsonNode.Parse(anchor)!.AsObject()));
        Assert.Equal(before, File.ReadAllText(Home.SettingsFile));
    }

    [Fact]
    public void A_faulty_file_is_not_touched()
    {
        File.WriteAllText(_folder.File("home/hallmark.json"), """{"colour": "red"}""");
        Assert.Throws<SettingsException>(() => SettingsEditor.AddAnchor(Home, Vault("one")));
        Assert.Equal("""{"colour": "red"}""", File.ReadAllText(Home.SettingsFile));
    }

    [Fact]
    public void Who_may_read_the_file_stays_the_same()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(_folder.File("home/hallmark.json"), "{}");
        File.SetUnixFileMode(Home.SettingsFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SettingsEditor.AddAnchor(Home, Vault("one"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Home.SettingsFile));
    }

    [Fact]
    public void Settings_that_are_kept_elsewhere_and_linked_stay_there_and_linked()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var kept = _folder.File("dotfiles/hallmark.json");
        File.WriteAllText(kept, "{}");
        var between = _folder.File("dotfiles/link.json");
        File.CreateSymbolicLink(between, "hallmark.json");
        Home.Create();
        File.CreateSymbolicLink(Home.SettingsFile, between);
        SettingsEditor.AddAnchor(Home, Vault("one"));
        Assert.Equal(between, new FileInfo(Home.SettingsFile).LinkTarget);
        Assert.Contains("one", File.ReadAllText(kept), StringComparison.Ordinal);
        Assert.Equal("one", Assert.Single(SettingsReader.Read(Home).Anchors).Name);
        Assert.Equal(["hallmark.json", "link.json"], Directory.GetFiles(Path.GetDirectoryName(kept)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Any_sequence_of_anchors_is_read_back_in_its_order_with_every_other_setting_as_it_was()
    {
        var random = new Random(20261121);
        string[] pieces = ["a", "Z", "7", "-", "_", "anchor"];
        string[] folders = ["/mnt/x", "rel/ative", "with space", "ü\"q\\\n", "😀", "a<b>&'c"];
        for (var round = 0; round < 60; round++)
        {
            var home = HomeFolder.Find(Path.Combine(_folder.Path, $"home{round}"), new Dictionary<string, string>());
            home.Create();
            var before = new JsonObject { ["origin"] = $"example.org/log{round}", ["relocate"] = new JsonArray("/a=/b", "/c d=/ü") };
            File.WriteAllText(home.SettingsFile, before.ToJsonString());
            var expected = new List<(string Name, string Folder)>();
            for (var i = 0; i < random.Next(1, 6); i++)
            {
                var name = $"n{i}" + string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)]));
                var folder = folders[random.Next(folders.Length)];
                var settings = SettingsEditor.AddAnchor(
                    home,
                    new JsonObject
                    {
                        ["name"] = name,
                        ["type"] = "checkpoint-file",
                        ["folder"] = folder,
                    }
                );
                expected.Add((name, folder));
                Assert.Equal(expected, settings.Anchors.Cast<CheckpointFileSettings>().Select(anchor => (anchor.Name, anchor.Folder)));
            }

            var read = SettingsReader.Read(home);
            Assert.Equal(expected, read.Anchors.Cast<CheckpointFileSettings>().Select(anchor => (anchor.Name, anchor.Folder)));
            var after = JsonNode.Parse(File.ReadAllText(home.SettingsFile))!.AsObject();
            Assert.True(after.Remove("anchors"));
            Assert.True(JsonNode.DeepEquals(before, after), after.ToJsonString());
        }
    }

    private static JsonObject Vault(string name) =>
        new()
        {
            ["name"] = name,
            ["type"] = "checkpoint-file",
            ["folder"] = "/mnt/" + name,
        };
}
