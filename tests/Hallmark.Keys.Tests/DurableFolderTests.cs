using Hallmark.Files;
using Hallmark.Testing;

namespace Hallmark.Keys.Tests;

public sealed class DurableFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("new")]
    [InlineData("new/")]
    [InlineData("a/b/c")]
    [InlineData("a/./b/../c//d")]
    public void A_folder_is_made_for_its_owner_only_after_missing_ones_above_it(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        DurableFolder.CreatePrivate(path);
        Assert.True(Directory.Exists(path));
        Assert.Equal(OwnerOnly, Mode(path));
    }

    [Fact]
    public void One_that_exists_keeps_its_mode_and_what_is_in_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no modes there
        }

        var path = Path.GetDirectoryName(_folder.File("there/file"))!; // ! a file has a folder
        File.WriteAllText(_folder.File("there/file"), "content");
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.GroupRead);
        DurableFolder.CreatePrivate(path);
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead, Mode(path));
        Assert.Equal("content", File.ReadAllText(_folder.File("there/file")));
    }

    [Fact]
    public void A_link_to_a_folder_is_one_that_exists()
    {
        var path = Path.Combine(_folder.Path, "link");
        Directory.CreateSymbolicLink(path, Directory.CreateDirectory(Path.Combine(_folder.Path, "target")).FullName);
        DurableFolder.CreatePrivate(path);
        DurableFolder.CreatePrivate(Path.Combine(path, "below"));
        Assert.True(Directory.Exists(Path.Combine(_folder.Path, "target", "below")));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    public void A_file_in_its_place_is_refused_and_stays(string name)
    {
        File.WriteAllText(_folder.File("file"), "content");
        Assert.ThrowsAny<IOException>(() => DurableFolder.CreatePrivate(Path.Combine(_folder.Path, name)));
        Assert.Equal("content", File.ReadAllText(_folder.File("file")));
    }

    [Fact]
    public void A_folder_that_is_not_there_cannot_be_synced() =>
        Assert.Contains(
            "cannot be opened",
            Assert.Throws<IOException>(() => DurableFolder.Sync(Path.Combine(_folder.Path, "none"))).Message,
            StringComparison.Ordinal
        );

    private static UnixFileMode Mode(string path) => new DirectoryInfo(path).UnixFileMode;
}
