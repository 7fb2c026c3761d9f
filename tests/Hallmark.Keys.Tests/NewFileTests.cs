using System.Text;
using Hallmark.Files;
using Hallmark.Testing;

namespace Hallmark.Keys.Tests;

/// <summary>Files that are made once: keys, wallets, checkpoints. Whoever loses one to a second writer cannot get it back.</summary>
public sealed class NewFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("key.json")]
    [InlineData("größe 漢字 😀")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("a.new")]
    [InlineData("quote'\" and \\ and\ttab")]
    public void A_file_is_made_whole_with_its_mode_and_nothing_stays_beside_it(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        Assert.True(NewFile.TryCreate(path, "secret"u8, OwnerOnly));
        Assert.Equal("secret", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
        Assert.True(NewFile.IsTaken(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        }
    }

    [Theory]
    [InlineData("a", 255)]
    [InlineData("a", 240)]
    [InlineData("ß", 127)]
    [InlineData("漢", 85)]
    [InlineData("😀", 63)]
    public void A_name_may_be_as_long_as_the_file_system_allows(string character, int count)
    {
        var name = string.Concat(Enumerable.Repeat(character, count));
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 240, 255);
        var path = Path.Combine(_folder.Path, name);
        Assert.True(NewFile.TryCreate(path, "secret"u8, OwnerOnly));
        Assert.Equal("secret", File.ReadAllText(path));
        Assert.False(NewFile.TryCreate(path, "second"u8, OwnerOnly));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("a", 256)]
    [InlineData("漢", 86)]
    public void A_name_that_is_longer_is_an_error_and_nothing_stays(string character, int count)
    {
        var path = Path.Combine(_folder.Path, string.Concat(Enumerable.Repeat(character, count)));
        Assert.ThrowsAny<IOException>(() => NewFile.TryCreate(path, "secret"u8, OwnerOnly));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public void Any_length_is_written_whole(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        Assert.True(NewFile.TryCreate(_folder.File("f"), content, OwnerOnly));
        Assert.Equal(content, File.ReadAllBytes(_folder.File("f")));
    }

    [Fact]
    public void What_has_the_name_already_is_left_alone_whatever_it_is()
    {
        var file = _folder.File("file");
        File.WriteAllText(file, "first");
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "folder")).FullName;
        var link = Path.Combine(_folder.Path, "link");
        File.CreateSymbolicLink(link, file);
        var broken = Path.Combine(_folder.Path, "broken");
        File.CreateSymbolicLink(broken, Path.Combine(_folder.Path, "nowhere"));
        var before = Directory.GetFileSystemEntries(_folder.Path).Order().ToList();
        foreach (var taken in new[] { file, folder, link, broken })
        {
            Assert.True(NewFile.IsTaken(taken));
            Assert.False(NewFile.TryCreate(taken, "second"u8, OwnerOnly));
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path).Order());
        Assert.Equal("first", File.ReadAllText(file));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "nowhere")));
    }

    [Fact]
    public async Task Of_many_who_make_the_same_file_one_makes_it_and_its_content_is_that_ones()
    {
        for (var round = 0; round < 10; round++)
        {
            var path = _folder.File("contested" + round);
            var made = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(writer => Task.Run(() => (writer, NewFile.TryCreate(path, [(byte)writer, 7, 7], OwnerOnly))))
            );
            var winner = Assert.Single(made, one => one.Item2).writer;
            Assert.Equal([(byte)winner, 7, 7], File.ReadAllBytes(path));
        }

        Assert.Equal(10, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_and_none_is_made()
    {
        var path = Path.Combine(_folder.Path, "no", "such", "key.json");
        Assert.ThrowsAny<IOException>(() => NewFile.TryCreate(path, "x"u8, OwnerOnly));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.False(NewFile.IsTaken(path));
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_an_error_and_stays()
    {
        File.WriteAllText(_folder.File("file"), "first");
        Assert.ThrowsAny<IOException>(() => NewFile.TryCreate(Path.Combine(_folder.Path, "file", "key"), "x"u8, OwnerOnly));
        Assert.Equal("first", File.ReadAllText(_folder.File("file")));
        Assert.Throws<IOException>(() => NewFile.TryCreate("/", "x"u8, OwnerOnly));
    }
}
