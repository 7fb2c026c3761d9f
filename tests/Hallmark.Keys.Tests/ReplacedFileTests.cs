using Hallmark.Files;
using Hallmark.Testing;

namespace Hallmark.Keys.Tests;

/// <summary>Files that are written again: settings, receipts, reports. Whoever reads one meets the older or the newer, never half of one.</summary>
public sealed class ReplacedFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_was_not_there_is_made()
    {
        var path = _folder.File("receipt.json");
        ReplacedFile.Write(path, "first"u8);
        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(OwnerOnly)]
    [InlineData(OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserRead)]
    public void The_newer_file_is_open_to_those_to_whom_the_older_was(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // files have no mode there
        }

        var path = _folder.File("settings.json");
        File.WriteAllText(path, "a longer, older text");
        File.SetUnixFileMode(path, mode);
        ReplacedFile.Write(path, "newer"u8);
        Assert.Equal("newer", File.ReadAllText(path));
        Assert.Equal(mode, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_link_is_replaced_and_what_it_led_to_is_left_alone()
    {
        var target = _folder.File("elsewhere");
        File.WriteAllText(target, "first");
        var link = _folder.File("link");
        File.CreateSymbolicLink(link, target);
        ReplacedFile.Write(link, "second"u8);
        Assert.Null(new FileInfo(link).LinkTarget);
        Assert.Equal(("second", "first"), (File.ReadAllText(link), File.ReadAllText(target)));
    }

    [Fact]
    public void Where_a_folder_has_the_name_nothing_changes_and_nothing_stays_beside_it()
    {
        var folder = Directory.CreateDirectory(_folder.File("taken")).FullName;
        File.WriteAllText(Path.Combine(folder, "inside"), "kept");
        var fault = Record.Exception(() => ReplacedFile.Write(folder, "x"u8));
        Assert.True(fault is IOException or UnauthorizedAccessException, $"{fault}");
        Assert.Equal([folder], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(folder, "inside")));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_and_none_is_made()
    {
        Assert.ThrowsAny<IOException>(() => ReplacedFile.Write(Path.Combine(_folder.Path, "no", "such"), "x"u8));
        Assert.Throws<IOException>(() => ReplacedFile.Write("/", "x"u8));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_reader_beside_many_writers_meets_one_of_them_whole()
    {
        var path = _folder.File("contested");
        ReplacedFile.Write(path, Content(0));
        var writers = Task.WhenAll(
            Enumerable.Range(1, 8).Select(writer => Task.Run(() => ReplacedFile.Write(path, Content((byte)writer))))
        );
        while (!writers.IsCompleted)
        {
            var read = await File.ReadAllBytesAsync(path);
            Assert.Equal(Content(read[0]), read);
        }

        await writers;
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    private static byte[] Content(byte writer) => [.. Enumerable.Repeat(writer, 50_000 + writer)];
}
