using Hallmark.Ledger.Storage;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Temporary => Directory.CreateDirectory(Path.Combine(_folder.Path, "tmp")).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_have_their_names_once_they_were_flushed_and_not_before()
    {
        var files = new DurableFile(Temporary);
        var paths = Enumerable.Range(0, 600).Select(i => Path.Combine(_folder.Path, "a", $"{i % 3}", $"{i}")).ToList();
        foreach (var path in paths)
        {
            files.WriteOnce(path, "once"u8);
        }

        Assert.False(File.Exists(paths[^1]));
        files.Flush();
        Assert.All(paths, path => Assert.Equal("once", File.ReadAllText(path)));
        Assert.Empty(Directory.EnumerateFiles(Temporary));
        Assert.Equal(600, files.WrittenCount);
    }

    [Fact]
    public void What_was_dropped_never_gets_its_name()
    {
        var files = new DurableFile(Temporary);
        var path = Path.Combine(_folder.Path, "a");
        files.WriteOnce(path, "1"u8);
        files.Discard();
        files.Flush();
        Assert.False(File.Exists(path));
        Assert.Empty(Directory.EnumerateFiles(Temporary));
        files.WriteOnce(path, "2"u8);
        files.Flush();
        Assert.Equal("2", File.ReadAllText(path));
    }

    [Fact]
    public void What_could_not_get_its_name_leaves_nothing_behind()
    {
        var files = new DurableFile(Temporary);
        files.Replace(Path.Combine(_folder.Path, "a"), "1"u8);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "b"));
        files.Replace(Path.Combine(_folder.Path, "b"), "2"u8);
        files.Replace(Path.Combine(_folder.Path, "c"), "3"u8);
        Assert.ThrowsAny<Exception>(files.Flush);
        Assert.Empty(Directory.EnumerateFiles(Temporary));
    }

    [Fact]
    public void The_name_of_a_file_that_is_there_already_is_flushed_too()
    {
        // Whoever gave the name may have died before it was on disk. That its folder is flushed shows where there is none any more.
        var files = new DurableFile(Temporary);
        var path = _folder.File("gone/a");
        File.WriteAllText(path, "1");
        files.WriteOnce(path, "1"u8);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Throws<IOException>(files.Flush);
        }
    }

    [Fact]
    public void A_file_that_is_there_must_hold_the_same_bytes_or_may_be_replaced()
    {
        var files = new DurableFile(Temporary);
        var path = Path.Combine(_folder.Path, "a");
        File.WriteAllText(path, "1");
        files.WriteOnce(path, "1"u8);
        Assert.Throws<LedgerDamagedException>(() => files.WriteOnce(path, "2"u8));
        files.Flush();
        Assert.Equal("1", File.ReadAllText(path));
        files.Replace(path, "2"u8);
        files.Flush();
        Assert.Equal("2", File.ReadAllText(path));
    }
}
