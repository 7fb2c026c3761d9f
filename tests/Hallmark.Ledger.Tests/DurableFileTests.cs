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
        files.WriteOnce(path, "2"u8);
        files.Flush();
        Assert.Equal("2", File.ReadAllText(path));
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
