using System.Diagnostics;
using Hallmark.Artifacts.Files;
using Hallmark.Files;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

/// <summary>Where a path really leads: the same as the system says (path_resolution(7)), and as <c>realpath(1)</c> says where nothing is there yet.</summary>
public sealed class RealPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Root => RealPath.Of(_folder.Path)!;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("folder/file", "folder/file")]
    [InlineData("folder/./file/", "folder/file")]
    [InlineData("folder//file", "folder/file")]
    [InlineData("link/file", "folder/file")]
    [InlineData("chain/file", "folder/file")]
    [InlineData("absolute/file", "folder/file")]
    [InlineData("link/../file", "file")]
    [InlineData("deep/../file", "folder/file")]
    [InlineData("deep/../../file", "file")]
    [InlineData("up/folder/file", "folder/file")]
    [InlineData("here/here/here/folder", "folder")]
    [InlineData("broken", "nowhere/at/all")]
    [InlineData("broken/more", "nowhere/at/all/more")]
    [InlineData("missing/../folder/file", "folder/file")]
    [InlineData("missing/link/file", "missing/link/file")]
    [InlineData("folder/file/more", "folder/file/more")]
    public void Every_link_on_the_way_is_followed_and_what_is_not_there_stays(string path, string expected)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(Path.Combine(Root, "folder/inner"));
        File.WriteAllText(Path.Combine(Root, "folder/file"), "");
        Link("link", "folder");
        Link("chain", "link");
        Link("absolute", Path.Combine(Root, "chain/"));
        Link("deep", "folder/inner");
        Link("up", "folder/inner/../..");
        Link("here", ".");
        Link("broken", "nowhere/at/all");
        Assert.Equal(Path.Combine(Root, expected), RealPath.Of(Root + "/" + path));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/..")]
    [InlineData("//..//.")]
    public void Above_the_root_is_the_root(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("/", RealPath.Of(path));
        }
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "b", "b", "a")]
    [InlineData("a", "b/x", "b", "c", "c", "a")]
    [InlineData("a", "./a/b")]
    public void Links_in_a_circle_lead_nowhere(params string[] links)
    {
        ArgumentNullException.ThrowIfNull(links);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        for (var i = 0; i < links.Length; i += 2)
        {
            Link(links[i], links[i + 1]);
        }

        Assert.Null(RealPath.Of(Path.Combine(Root, "a")));
        Assert.Null(RealPath.Of(Path.Combine(Root, "a/b/c")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(100)]
    public void As_many_links_are_followed_as_the_system_follows(int links)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        File.WriteAllText(Path.Combine(Root, "0"), "");
        for (var i = 1; i <= links; i++)
        {
            Link($"{i}", $"{i - 1}");
        }

        var path = Path.Combine(Root, $"{links}");
        var isFound = DiskFiles.Find(path, followLink: true) is not null;
        Assert.Equal(isFound ? Path.Combine(Root, "0") : null, RealPath.Of(path));
        Assert.Equal(links <= 40, isFound);
    }

    /// <summary>Forests of links that point at each other, by chance but never in a circle: <c>realpath -m</c> is asked about hundreds of paths through them.</summary>
    [PeerFact("realpath")]
    public void Realpath_says_the_same_of_any_path_through_any_links()
    {
        const int Names = 12;
        string[] pieces = ["..", ".", "gone", "file", "f0", "f1"];
        var random = new Random(20261121);
        for (var round = 0; round < 12; round++)
        {
            var root = Directory.CreateDirectory(Path.Combine(Root, $"forest{round}")).FullName;
            Directory.CreateDirectory(Path.Combine(root, "f0/f1/f0"));
            File.WriteAllText(Path.Combine(root, "f0/file"), "");
            for (var i = 0; i < Names; i++)
            {
                // Only to links that were made before: no circles, and no more links on a way than the system follows.
                var target = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Piece(i is 0 ? 0 : Math.Min(i, 3))));
                var where = Path.Combine(root, random.Next(3) == 0 ? "f0" : ".", $"l{i}");
                File.CreateSymbolicLink(where, random.Next(4) == 0 ? Path.Combine(root, target) : target);
            }

            var paths = Enumerable
                .Range(0, 60)
                .Select(_ => root + "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Piece(Names))))
                .ToList();
            var expected = AskRealpath(paths);
            for (var i = 0; i < paths.Count; i++)
            {
                // Where it goes through too many links realpath -m goes on, and the system and we do not.
                Assert.True(
                    RealPath.Of(paths[i]) is not { } real || real == expected[i],
                    $"{paths[i]}: {RealPath.Of(paths[i])}, not {expected[i]}"
                );
            }

            Assert.InRange(paths.Count(path => RealPath.Of(path) is not null), 40, 60);

            string Piece(int links) => random.Next(2) == 0 && links > 0 ? $"l{random.Next(links)}" : pieces[random.Next(pieces.Length)];
        }
    }

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/b", true)]
    [InlineData("/a", "/a/b/c", true)]
    [InlineData("/a/", "/a/b", true)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/a", "/a.b", false)]
    [InlineData("/a", "/", false)]
    [InlineData("/a", "/A/b", false)]
    [InlineData("/a/b", "/a", false)]
    [InlineData("/", "/a", true)]
    [InlineData("/", "/", true)]
    public void Within_a_folder_is_the_folder_and_what_lies_below_it_and_no_neighbour_of_a_like_name(
        string root,
        string path,
        bool isWithin
    )
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(isWithin, RealPath.IsWithin(root, path));
        }
    }

    [Fact]
    public void An_entry_that_disappeared_after_it_was_listed_is_gone()
    {
        var path = _folder.File("entry");
        File.WriteAllText(path, "");
        var stays = new FileInfo(path);
        Assert.False(RealPath.IsGone(stays));
        var gone = new FileInfo(_folder.File("other"));
        Assert.True(RealPath.IsGone(gone));
        Assert.True(RealPath.IsGone(new DirectoryInfo(Path.Combine(Root, "no folder"))));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(Root, name), target);

    private static List<string> AskRealpath(List<string> paths)
    {
        using var process = Process.Start(
            new ProcessStartInfo(PeerFactAttribute.FindProgram("realpath")!, ["-m", "--", .. paths])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        process.WaitForExit();
        Assert.Equal((0, paths.Count), (process.ExitCode, lines.Count));
        return lines;
    }
}
