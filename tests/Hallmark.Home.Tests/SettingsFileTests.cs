using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>
/// The settings' file itself. Settings that are there and cannot be read must never pass for absent ones: the witness policy and the trusted keys would be gone, and more would
/// verify than its owner wants.
/// </summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private HomeFolder Home => HomeFolder.Find(_folder.Path, new Dictionary<string, string>());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_link_to_settings_that_lie_elsewhere_is_followed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(_folder.File("dotfiles/hallmark.json"), """{"origin": "example.org/log"}""");
        File.CreateSymbolicLink(Home.SettingsFile, "dotfiles/hallmark.json");
        Assert.Equal("example.org/log", SettingsReader.Read(Home).Origin);
    }

    [Theory]
    [InlineData("dotfiles/hallmark.json")]
    [InlineData("hallmark.json")]
    public void A_link_that_leads_nowhere_or_in_a_circle_is_a_fault_and_not_an_absent_file(string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.CreateSymbolicLink(Home.SettingsFile, target);
        var refused = Assert.Throws<SettingsException>(() => SettingsReader.Read(Home));
        Assert.Equal($"{Home.SettingsFile}: a symbolic link that leads nowhere; put back what it led to, or remove it", refused.Message);
        Assert.Throws<SettingsException>(() => SettingsEditor.AddAnchor(Home, []));
        Assert.Equal(target, new FileInfo(Home.SettingsFile).LinkTarget);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_refused()
    {
        Directory.CreateDirectory(Home.SettingsFile);
        var refused = Assert.Throws<ArtifactRefusedException>(() => SettingsReader.Read(Home));
        Assert.Equal($"'{Home.SettingsFile}' is a folder and cannot be read as a file", refused.Message);
        Assert.Equal(2, refused.ExitCode);
    }

    [Fact]
    public void A_pipe_in_the_place_of_the_file_is_refused_and_not_waited_for()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using (var made = Process.Start("mkfifo", Home.SettingsFile))
        {
            made.WaitForExit();
            Assert.Equal(0, made.ExitCode);
        }

        var refused = Assert.Throws<ArtifactRefusedException>(() => SettingsReader.Read(Home));
        Assert.Equal($"'{Home.SettingsFile}' is a pipe and cannot be read as a file", refused.Message);
    }

    [Fact]
    public void A_socket_and_a_device_are_refused()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Home.SettingsFile));
        Assert.Contains(
            "is a socket",
            Assert.Throws<ArtifactRefusedException>(() => SettingsReader.Read(Home)).Message,
            StringComparison.Ordinal
        );
        File.Delete(Home.SettingsFile);
        File.CreateSymbolicLink(Home.SettingsFile, "/dev/zero");
        Assert.Contains(
            "is a device",
            Assert.Throws<ArtifactRefusedException>(() => SettingsReader.Read(Home)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_home_that_may_not_be_entered_has_no_empty_settings()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        File.WriteAllText(_folder.File("home/hallmark.json"), """{"witness_policy": "require arweave"}""");
        var home = HomeFolder.Find(Path.Combine(_folder.Path, "home"), new Dictionary<string, string>());
        var mode = File.GetUnixFileMode(home.Path);
        File.SetUnixFileMode(home.Path, UnixFileMode.None);
        try
        {
            Assert.Equal(3, Assert.ThrowsAny<UnavailableException>(() => SettingsReader.Read(home)).ExitCode);
        }
        finally
        {
            File.SetUnixFileMode(home.Path, mode);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_file_of_a_megabyte_is_read_and_one_byte_more_is_refused(int more)
    {
        var text = Encoding.ASCII.GetBytes("""{"origin": "example.org/log"}""");
        var padded = Enumerable.Repeat((byte)' ', (1 << 20) + more).ToArray();
        text.CopyTo(padded, 0);
        File.WriteAllBytes(Home.SettingsFile, padded);
        if (more <= 0)
        {
            Assert.Equal("example.org/log", SettingsReader.Read(Home).Origin);
        }
        else
        {
            Assert.Equal(["larger than 1048576 bytes"], Assert.Throws<SettingsException>(() => SettingsReader.Read(Home)).Faults);
        }
    }

    [Fact]
    public void An_empty_file_is_no_JSON_and_not_an_absent_one()
    {
        File.WriteAllText(Home.SettingsFile, "");
        Assert.StartsWith(
            "not JSON: ",
            Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Read(Home)).Faults),
            StringComparison.Ordinal
        );
    }

    /// <summary>The system reads a path only up to a zero character: another folder, key or wallet would be used than a reader of the settings sees.</summary>
    [Theory]
    [InlineData("tracking_uri", """{"tracking_uri": "/srv/mlruns\u0000/x"}""")]
    [InlineData("signing_key", """{"signing_key": "/keys/a\u0000.json"}""")]
    [InlineData("relocate[0]", """{"relocate": ["/a=/b\u0000"]}""")]
    [InlineData("anchors[0].folder", """{"anchors": [{"name": "a", "type": "checkpoint-file", "folder": "v\u0000w"}]}""")]
    [InlineData("anchors[0].repository", """{"anchors": [{"name": "a", "type": "checkpoint-file", "repository": "v\u0000w"}]}""")]
    [InlineData("anchors[0].wallet", """{"anchors": [{"name": "a", "type": "arweave", "wallet": "v\u0000w"}]}""")]
    [InlineData(
        "anchors[0].roots[0]",
        """{"anchors": [{"name": "a", "type": "rfc3161", "url": "https://t.example", "roots": ["\u0000"]}]}"""
    )]
    [InlineData(
        "anchors[0].bitcoin.headers",
        """{"anchors": [{"name": "a", "type": "opentimestamps", "bitcoin": {"headers": "h\u0000"}}]}"""
    )]
    public void A_zero_character_is_a_fault_in_every_text(string place, string json)
    {
        File.WriteAllText(Home.SettingsFile, json);
        Assert.Equal([$"{place}: holds a zero character"], Assert.Throws<SettingsException>(() => SettingsReader.Read(Home)).Faults);
    }

    [Fact]
    public void What_is_absent_is_made_empty_and_what_is_there_is_left_alone_whatever_it_is()
    {
        SettingsEditor.CreateWhereMissing(Home);
        Assert.Equal("{\n}\n", File.ReadAllText(Home.SettingsFile));
        Assert.Empty(SettingsReader.Read(Home).Anchors);
        File.WriteAllText(Home.SettingsFile, "not mine");
        SettingsEditor.CreateWhereMissing(Home);
        Assert.Equal("not mine", File.ReadAllText(Home.SettingsFile));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.Delete(Home.SettingsFile);
        File.CreateSymbolicLink(Home.SettingsFile, "elsewhere");
        SettingsEditor.CreateWhereMissing(Home);
        Assert.Equal([Home.SettingsFile], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Of_many_who_make_the_file_at_once_none_fails_and_none_overwrites()
    {
        for (var round = 0; round < 20; round++)
        {
            var home = HomeFolder.Find(Path.Combine(_folder.Path, $"home{round}"), new Dictionary<string, string>());
            home.Create();
            await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(i =>
                        Task.Run(() =>
                        {
                            if (i == 0)
                            {
                                SettingsEditor.AddAnchor(
                                    home,
                                    new()
                                    {
                                        ["name"] = "a",
                                        ["type"] = "checkpoint-file",
                                        ["folder"] = "f",
                                    }
                                );
                            }
                            else
                            {
                                SettingsEditor.CreateWhereMissing(home);
                            }
                        })
                    )
            );
            Assert.Equal("a", Assert.Single(SettingsReader.Read(home).Anchors).Name);
        }
    }

    [Fact]
    public void A_home_that_is_gone_cannot_be_given_settings_and_that_is_said()
    {
        var home = HomeFolder.Find(Path.Combine(_folder.Path, "gone"), new Dictionary<string, string>());
        var failure = Assert.Throws<UnavailableException>(() => SettingsEditor.CreateWhereMissing(home));
        Assert.StartsWith($"cannot write {home.SettingsFile}: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["see that you may write the home folder"], failure.Hints);
    }
}
