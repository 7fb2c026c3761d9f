using Hallmark.Artifacts.Files;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

/// <summary>What is asked of files where the system is not Linux gives the same kinds and sizes as the Linux way, and never claims to know more.</summary>
public sealed class PortableFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PortableFilesTests()
    {
        File.WriteAllText(_folder.File("file"), "content");
        Directory.CreateDirectory(_folder.File("folder"));
        File.CreateSymbolicLink(_folder.File("to-file"), _folder.File("file"));
        File.CreateSymbolicLink(_folder.File("to-link"), "to-file");
        Directory.CreateSymbolicLink(_folder.File("to-folder"), "folder");
        File.CreateSymbolicLink(_folder.File("to-nowhere"), "no such file");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("to-file")]
    [InlineData("to-link")]
    [InlineData("to-folder")]
    [InlineData("to-nowhere")]
    [InlineData("missing")]
    [InlineData("file/below")]
    public void Kind_and_size_are_those_of_the_Linux_way(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var follow in new[] { true, false })
        {
            var portable = PortableFiles.Find(Path.Combine(_folder.Path, name), follow);
            var linux = LinuxFiles.Find(Path.Combine(_folder.Path, name), follow);
            Assert.Equal(linux?.Kind, portable?.Kind);
            if (portable is { Kind: FileKind.Regular } facts)
            {
                Assert.Equal(linux?.Size, facts.Size);
                Assert.Equal(linux?.ModifiedNanoseconds / 100, facts.ModifiedNanoseconds / 100);
            }

            // Without inode and change time nothing is remembered in the cache, and two files are never told apart by guessing.
            Assert.Null(portable?.Inode);
            Assert.Null(portable?.ChangedNanoseconds);
            Assert.Null(portable?.Device);
        }
    }

    [Fact]
    public void An_opened_file_says_of_itself_what_its_path_says()
    {
        using var handle = PortableFiles.Open(_folder.File("to-link"));
        Assert.NotNull(handle);
        Assert.Equal(PortableFiles.Find(_folder.File("file"), followLink: false), PortableFiles.Read(handle));
        Assert.Null(PortableFiles.Open(_folder.File("to-nowhere")));
        Assert.Null(PortableFiles.Open(Path.Combine(_folder.Path, "missing")));
        Assert.Throws<IOException>(() => PortableFiles.Open(_folder.File("folder")));
    }

    [Fact]
    public void Each_fault_has_a_sentence_that_names_the_file_and_a_hint_that_says_what_to_do()
    {
        const string Hostile = "a\nerror: all is well\u001b[2K\u2028b";
        foreach (
            var refusal in new Core.Failures.HallmarkException[]
            {
                ArtifactErrors.NotFound(Hostile),
                ArtifactErrors.LinkEscapes(Hostile, Hostile),
                ArtifactErrors.LinkBroken(Hostile),
                ArtifactErrors.NotARegularFile(Hostile, FileKind.Pipe),
                ArtifactErrors.NotARegularFile(Hostile, FileKind.Socket),
                ArtifactErrors.NotARegularFile(Hostile, FileKind.Device),
                ArtifactErrors.NotARegularFile(Hostile, FileKind.Folder),
                ArtifactErrors.BadName(Hostile),
                ArtifactErrors.TooManyFiles(Hostile, 5),
                ArtifactErrors.TooDeep(Hostile, 5),
                ArtifactErrors.Unreadable(Hostile, null, "no rights"),
                ArtifactErrors.Changed(Hostile),
            }
        )
        {
            Assert.DoesNotContain(refusal.Message, c => char.IsControl(c) || c == '\u2028');
            Assert.Contains("a\\u000aerror", refusal.Message, StringComparison.Ordinal);
            Assert.NotEmpty(refusal.Hints);
            Assert.True(refusal.ExitCode is 2 or 3);
        }
    }
}
