using System.Net.Sockets;
using Hallmark.Artifacts.Files;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4_096)]
    public void A_file_is_read_from_its_beginning_to_its_end_also_through_links(int bufferSize)
    {
        var content = new byte[10_000];
        new Random(7).NextBytes(content);
        File.WriteAllBytes(_folder.File("file"), content);
        File.CreateSymbolicLink(_folder.File("link"), "file");
        File.CreateSymbolicLink(_folder.File("link-to-link"), "link");
        foreach (var name in new[] { "file", "link", "link-to-link" })
        {
            using var stream = RegularFile.TryOpen(_folder.File(name), bufferSize)!;
            Assert.Equal((0, content.Length, true, false), (stream.Position, stream.Length, stream.CanSeek, stream.CanWrite));
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            Assert.Equal(content, copy.ToArray());
        }
    }

    [Fact]
    public async Task An_empty_file_and_a_cancelled_read_are_as_with_any_stream()
    {
        File.WriteAllBytes(_folder.File("empty"), []);
        await using var stream = RegularFile.TryOpen(_folder.File("empty"), 0)!;
        Assert.Equal(0, await stream.ReadAsync(new byte[8]));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            stream.ReadAsync(new byte[8], new CancellationToken(canceled: true)).AsTask()
        );
    }

    [Fact]
    public void Nothing_and_a_link_that_leads_nowhere_or_in_a_circle_are_nothing()
    {
        File.WriteAllText(_folder.File("file"), "x");
        File.CreateSymbolicLink(_folder.File("broken"), "nowhere");
        File.CreateSymbolicLink(_folder.File("circle"), "circle");
        foreach (var name in new[] { "nothing", "no/such/folder", "file/below", "broken", "circle" })
        {
            Assert.Null(RegularFile.TryOpen(Path.Combine(_folder.Path, name), 0));
        }
    }

    [Fact]
    public async Task What_may_never_end_or_keep_one_waiting_is_refused_by_its_kind()
    {
        Shell.Run(_folder.Path, "mkfifo pipe && ln -s pipe link && mkdir folder");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File("socket")));
        foreach (
            var (path, kind) in new[]
            {
                (_folder.File("pipe"), "a pipe"),
                (_folder.File("link"), "a pipe"),
                (_folder.File("folder"), "a folder"),
                (_folder.File("socket"), "a socket"),
                ("/dev/zero", "a device"),
            }
        )
        {
            var refusal = await Task.Run(() => Assert.Throws<ArtifactRefusedException>(() => RegularFile.TryOpen(path, 0)))
                .WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal((ArtifactFault.NotARegularFile, 2), (refusal.Fault, refusal.ExitCode));
            Assert.Contains(kind, refusal.Message, StringComparison.Ordinal);
            Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The system reads a path only up to a zero character: it would open another file than the one that was named.</summary>
    [Theory]
    [InlineData("file\0")]
    [InlineData("file\0.sig")]
    [InlineData("file\0/../other")]
    [InlineData("\0")]
    public void A_path_with_a_zero_character_names_nothing(string name)
    {
        File.WriteAllText(_folder.File("file"), "x");
        Assert.Null(RegularFile.TryOpen(_folder.Path + "/" + name, 0));
    }

    [Fact]
    public void A_buffer_has_a_size()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RegularFile.TryOpen(_folder.File("x"), -1));
        Assert.Throws<ArgumentException>(() => RegularFile.TryOpen("", 0));
    }
}
