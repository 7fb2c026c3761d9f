using System.Runtime.Versioning;
using Hallmark.Artifacts.Files;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class FolderCopierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _source;
    private readonly string _target;

    public FolderCopierTests()
    {
        _source = Directory.CreateDirectory(Path.Combine(_folder.Path, "source")).FullName;
        _target = Directory.CreateDirectory(Path.Combine(_folder.Path, "target")).FullName;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tree_and_its_copy_have_the_same_digests()
    {
        var random = new Random(7);
        foreach (var (name, size) in new[] { ("a", 0), ("b/c", 1), ("b/d/e", 1 << 20), ("b/.hidden", 70_000), ("ünï/名", (3 << 20) + 1) })
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            await File.WriteAllBytesAsync(_folder.File("source/" + name), bytes);
        }

        await CopyAsync(CopyLimits.Default);
        var hasher = new FolderHasher(HashingOptions.Default);
        var before = await hasher.HashAsync(_source, null, default);
        var after = await hasher.HashAsync(_target, null, default);
        Assert.Equal(before.ToChecksums(), after.ToChecksums());
        Assert.Equal(5, after.Files.Length);
    }

    [Fact]
    public async Task Copies_are_for_their_owner_to_read_whatever_the_source_allows()
    {
        var file = _folder.File("source/folder/file");
        await File.WriteAllTextAsync(file, "x");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_111);
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, (UnixFileMode)0b111_111_111);
        await CopyAsync(CopyLimits.Default);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(_target, "folder/file")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(_target, "folder"))
        );
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_kept_and_an_ignored_name_left_out()
    {
        await File.WriteAllTextAsync(_folder.File("source/a"), "new");
        await File.WriteAllTextAsync(_folder.File("source/sub/ignored"), "x");
        await File.WriteAllTextAsync(_folder.File("target/a"), "old");
        await CopyAsync(CopyLimits.Default, "ignored");
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(_target, "a")));
        Assert.False(File.Exists(Path.Combine(_target, "sub/ignored")));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("nowhere")]
    [InlineData(".")]
    public async Task A_link_is_refused_wherever_it_leads_and_nothing_is_copied(string target)
    {
        await File.WriteAllTextAsync(_folder.File("source/a"), "x");
        await File.WriteAllTextAsync(_folder.File("outside"), "x");
        File.CreateSymbolicLink(Path.Combine(_source, "link"), target);
        Assert.Equal(ArtifactFault.LinkRefused, (await RefusedAsync(CopyLimits.Default)).Fault);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_target));
    }

    [Fact]
    public async Task Limits_hold_to_the_file_the_byte_and_the_level()
    {
        await File.WriteAllTextAsync(_folder.File("source/a/b/c"), "1234");
        await File.WriteAllTextAsync(_folder.File("source/d"), "5678");
        var enough = new CopyLimits
        {
            MaxFiles = 2,
            MaxDepth = 2,
            MaxSizeInBytes = 8,
        };
        foreach (var less in new[] { enough with { MaxFiles = 1 }, enough with { MaxDepth = 1 }, enough with { MaxSizeInBytes = 7 } })
        {
            Assert.Equal(ArtifactFault.TooLarge, (await RefusedAsync(less)).Fault);
        }

        await CopyAsync(enough);
        Assert.Equal("1234", await File.ReadAllTextAsync(Path.Combine(_target, "a/b/c")));
    }

    [Fact]
    public async Task What_is_no_folder_is_refused()
    {
        Directory.Delete(_source);
        Assert.Equal(ArtifactFault.NotFound, (await RefusedAsync(CopyLimits.Default)).Fault);
        await File.WriteAllTextAsync(_source, "a file");
        Assert.Equal(ArtifactFault.NotFound, (await RefusedAsync(CopyLimits.Default)).Fault);
    }

    [NonRootFact]
    public async Task A_file_that_may_not_be_read_and_a_target_that_may_not_be_written_are_out_of_reach()
    {
        var file = _folder.File("source/a");
        await File.WriteAllTextAsync(file, "x");
        File.SetUnixFileMode(_target, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await Assert.ThrowsAsync<ArtifactUnreadableException>(() => CopyAsync(CopyLimits.Default));
        File.SetUnixFileMode(_target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(file, UnixFileMode.None);
        await Assert.ThrowsAsync<ArtifactUnreadableException>(() => CopyAsync(CopyLimits.Default));
    }

    [Fact]
    public async Task A_copying_that_is_cancelled_ends()
    {
        await File.WriteAllTextAsync(_folder.File("source/a"), "x");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new FolderCopier(CopyLimits.Default, []).CopyAsync(_source, _target, new CancellationToken(canceled: true))
        );
    }

    private Task CopyAsync(CopyLimits limits, params string[] ignored) =>
        new FolderCopier(limits, ignored).CopyAsync(_source, _target, default);

    private async Task<ArtifactRefusedException> RefusedAsync(CopyLimits limits)
    {
        var refusal = await Assert.ThrowsAsync<ArtifactRefusedException>(() => CopyAsync(limits));
        Directory.Delete(_target, recursive: true);
        Directory.CreateDirectory(_target);
        return refusal;
    }
}
