using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
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
        Assert.Equal(["hallmark.json", "hallmark.json.lock"], Directory.GetFiles(Home.Path).Select(Path.GetFileName).Order());
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

    [Fact]
    public async Task Of_many_who_add_at_once_every_anchor_is_there_afterwards()
    {
        var names = Enumerable.Range(0, 8).Select(i => $"anchor-{i}").ToList();
        var seen = await Task.WhenAll(names.Select(name => Task.Run(() => SettingsEditor.AddAnchor(Home, Vault(name)))));
        Assert.Equal(names.Order(), SettingsReader.Read(Home).Anchors.Select(anchor => anchor.Name).Order());

        // Each was told of a file that was there at one time: all lengths once.
        Assert.Equal(Enumerable.Range(1, 8), seen.Select(settings => settings.Anchors.Length).Order());
        Assert.Equal(["hallmark.json", "hallmark.json.lock"], Directory.GetFiles(Home.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Of_two_who_add_the_same_name_at_once_one_is_refused()
    {
        var tries = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        try
                        {
                            SettingsEditor.AddAnchor(Home, Vault("one"));
                            return null;
                        }
                        catch (SettingsException refused)
                        {
                            return Assert.Single(refused.Faults);
                        }
                    })
                )
        );
        Assert.Single(tries, fault => fault is null);
        Assert.All(tries.OfType<string>(), fault => Assert.Equal("anchors[1].name: \"one\" is taken by another anchor", fault));
        Assert.Single(SettingsReader.Read(Home).Anchors);
    }

    [Fact]
    public async Task Who_adds_while_another_process_changes_the_file_waits_and_adds_to_what_that_one_wrote()
    {
        Home.Create();
        Task<HallmarkSettings> adding;
        using (SettingsTurn.Take(Home))
        {
            adding = Task.Run(() => SettingsEditor.AddAnchor(Home, Vault("two")));
            Assert.False(File.Exists(Home.SettingsFile));
            await File.WriteAllTextAsync(
                Home.SettingsFile + ".new",
                new JsonObject { ["anchors"] = new JsonArray(Vault("one")) }.ToJsonString()
            );
            File.Move(Home.SettingsFile + ".new", Home.SettingsFile); // whole, as that one does it: it is looked at before the turn too
        }

        Assert.Equal(["one", "two"], (await adding).Anchors.Select(anchor => anchor.Name));
    }

    [Fact]
    public void A_turn_that_does_not_end_is_said_and_nothing_is_changed()
    {
        Home.Create();
        using var held = SettingsTurn.Take(Home);
        var failure = Assert.Throws<UnavailableException>(() => SettingsTurn.Take(Home, mostTries: 2));
        Assert.StartsWith($"cannot change {Home.SettingsFile}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(failure.Hints, hint => hint.Contains("no other command", StringComparison.Ordinal));
    }

    [Fact]
    public void A_turn_that_cannot_be_taken_for_want_of_the_folder_is_not_waited_for()
    {
        var failure = Assert.Throws<UnavailableException>(() => SettingsTurn.Take(Home, mostTries: int.MaxValue));
        Assert.StartsWith($"cannot change {Home.SettingsFile}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_anchor_makes_no_home()
    {
        Assert.Throws<SettingsException>(() => SettingsEditor.AddAnchor(Home, []));
        Assert.False(Directory.Exists(Home.Path));
    }

    [Fact]
    public void Settings_under_the_longest_name_there_is_are_changed_and_nothing_stays_beside_them()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var kept = _folder.File("dotfiles/" + new string('k', 255));
        File.WriteAllText(kept, "{}");
        Home.Create();
        File.CreateSymbolicLink(Home.SettingsFile, kept);
        SettingsEditor.AddAnchor(Home, Vault("one"));
        Assert.Contains("\"one\"", File.ReadAllText(kept), StringComparison.Ordinal);
        Assert.Equal([kept], Directory.GetFiles(Path.GetDirectoryName(kept)!));
    }

    private static JsonObject Vault(string name) =>
        new()
        {
            ["name"] = name,
            ["type"] = "checkpoint-file",
            ["folder"] = "/mnt/" + name,
        };
}
