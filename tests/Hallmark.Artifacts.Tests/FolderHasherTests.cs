using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

public sealed class FolderHasherTests
{
    [Fact]
    public async Task A_single_file_in_place_of_a_folder_has_no_checksums()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("model.pkl"), "x");

        Assert.Empty((await Hash(folder.File("model.pkl"))).ToChecksums());
    }

    [Fact]
    public async Task What_is_absent_is_refused_by_name()
    {
        var refusal = await Refusal("/nowhere/model");
        Assert.Equal(ArtifactFault.NotFound, refusal.Fault);
        Assert.Equal(2, refusal.ExitCode);
        Assert.Contains("/nowhere/model", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ArtifactFault.NotFound, (await Refusal("/tmp\0/../etc")).Fault);
    }

    [Fact]
    public async Task Keys_have_slashes_and_names_stay_as_they_are()
    {
        using var folder = new TemporaryFolder();
        string[] names =
        [
            "data/model.pkl",
            "é.txt",
            "e\u0301.txt",
            "模型/权重.bin",
            "😀",
            ".hidden/.file",
            "a\\b",
            "\uFFFD",
            " ",
            "new\nline",
        ];
        foreach (var name in names)
        {
            File.WriteAllText(folder.File(name), name);
        }

        var digests = await Hash(folder.Path);

        Assert.Equal(names.Order(StringComparer.Ordinal), digests.Files.Select(file => file.Path));
        Assert.All(digests.Files, file => Assert.True(file.Digest.IsOf(System.Text.Encoding.UTF8.GetBytes(file.Path))));
    }

    [Fact]
    public async Task Ten_thousand_files_give_the_same_map_on_any_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 10_000; i++)
        {
            var path = i < 100 ? folder.File($"{i % 100}/{i}.txt") : $"{folder.Path}/{i % 100}/{i}.txt";
            File.WriteAllText(path, $"{i}");
        }

        var one = await Hash(folder.Path, HashingOptions.Default with { MaxThreads = 1 });
        var many = await Hash(folder.Path, HashingOptions.Default with { MaxThreads = 8 });

        Assert.Equal(10_000, one.Files.Length);
        Assert.True(one.Files.SequenceEqual(many.Files));
        Assert.True(one.Files.Single(file => file.Path == "34/1234.txt").Digest.IsOf("1234"u8));
        Assert.Equal(Enumerable.Range(0, 10_000).Sum(i => $"{i}".Length), one.TotalSize);
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public async Task Large_and_small_files_together_are_each_hashed_whole(DigestAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(4);
        var contents = new Dictionary<string, byte[]>();
        foreach (var size in new[] { 0, 1, 1024, 524_287, 524_288, 524_289, 4_194_304, 4_194_305, 9_000_000, 12_582_912 })
        {
            var content = new byte[size];
            random.NextBytes(content);
            contents[$"f{size}"] = content;
            File.WriteAllBytes(folder.File($"f{size}"), content);
        }

        foreach (var threads in new[] { 1, 3, 16 })
        {
            var digests = await Hash(folder.Path, HashingOptions.Default with { Algorithm = algorithm, MaxThreads = threads });
            Assert.Equal(contents.Count, digests.Files.Length);
            Assert.All(digests.Files, file => Assert.Equal(Digest.Compute(algorithm, contents[file.Path]), file.Digest));
        }
    }

    [Fact]
    public async Task A_folder_with_more_or_deeper_files_than_allowed_is_refused()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 4; i++)
        {
            File.WriteAllText(folder.File($"a/b/c/{i}"), "");
        }

        Assert.Equal(4, (await Hash(folder.Path, HashingOptions.Default with { MaxFiles = 4, MaxDepth = 3 })).Files.Length);
        Assert.Equal(ArtifactFault.TooLarge, (await Refusal(folder.Path, HashingOptions.Default with { MaxFiles = 3 })).Fault);
        Assert.Equal(ArtifactFault.TooLarge, (await Refusal(folder.Path, HashingOptions.Default with { MaxDepth = 2 })).Fault);
    }

    [Fact]
    public async Task A_pipe_or_a_socket_is_refused_and_never_waited_for()
    {
        using var folder = new TemporaryFolder();
        Shell.Run(folder.Path, "mkfifo pipe");
        var refusal = await Refusal(folder.Path).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(ArtifactFault.NotARegularFile, refusal.Fault);
        Assert.EndsWith("/pipe", refusal.Path, StringComparison.Ordinal);

        var named = await Assert
            .ThrowsAsync<ArtifactRefusedException>(() =>
                new FileHasher(HashingOptions.Default).HashAsync(folder.File("pipe"), null, CancellationToken.None)
            )
            .WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Contains("a pipe", named.Message, StringComparison.Ordinal);

        File.Delete(folder.File("pipe"));
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified
        );
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(folder.File("socket")));
        Assert.Equal(ArtifactFault.NotARegularFile, (await Refusal(folder.Path)).Fault);
        Assert.Equal(ArtifactFault.NotARegularFile, (await Refusal("/dev/null")).Fault);
    }

    [Theory]
    [InlineData("touch \"$(printf 'bad\\377name')\"")]
    [InlineData("touch \"$(printf 'x\\377')\" \"$(printf 'x\\376')\"")]
    [InlineData("touch \"$(printf 'x\\377')\" \"$(printf 'x\\357\\277\\275')\"")]
    [InlineData("mkdir \"$(printf 'bad\\377folder')\"")]
    public async Task A_name_that_is_no_utf8_is_refused_and_never_mistaken_for_another(string script)
    {
        using var folder = new TemporaryFolder();
        Shell.Run(folder.Path, script);

        Assert.Equal(ArtifactFault.BadName, (await Refusal(folder.Path)).Fault);
        Shell.Run(folder.Path, "rm -rf ./*");
    }

    [Fact]
    public async Task A_name_with_control_characters_cannot_forge_a_line_of_the_report()
    {
        using var folder = new TemporaryFolder();
        Shell.Run(folder.Path, "mkfifo \"$(printf 'x\\nverified: all\\033[2J')\"");
        var refusal = await Refusal(folder.Path);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain('\u001b', refusal.Message);
    }

    [NonRootFact]
    public async Task A_file_without_read_rights_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("model/secret.bin"), "x");
        Shell.Run(folder.Path, "chmod 000 model/secret.bin");

        var failure = await Assert.ThrowsAsync<ArtifactUnreadableException>(() => Hash(folder.Path));
        Assert.Equal(ArtifactFault.Unreadable, failure.Fault);
        Assert.EndsWith("model/secret.bin", failure.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_system_refuses_to_look_at_is_out_of_reach_and_not_absent()
    {
        var path = "/tmp/" + new string('x', 300);
        var failure = await Assert.ThrowsAsync<ArtifactUnreadableException>(() => Hash(path));
        Assert.Equal(ArtifactFault.Unreadable, failure.Fault);
        Assert.Equal(3, failure.ExitCode);
    }

    [Fact]
    public void A_disk_error_in_the_middle_names_the_file()
    {
        // /proc/self/mem opens, but its first page is mapped by nobody: reading it is an input/output error.
        var facts = DiskFiles.Find("/proc/self/mem", followLink: true)!.Value;
        using var opened = Hallmark.Artifacts.Hashing.OpenedFile.Open(new FileToHash("mem", "/proc/self/mem", facts));
        using var reader = new Hallmark.Artifacts.Hashing.RangeReader();

        var failure = Assert.Throws<ArtifactUnreadableException>(() => reader.Read(opened, 0, 1 << 21, _ => { }, CancellationToken.None));

        Assert.Equal("/proc/self/mem", failure.Path);
        Assert.Equal(3, failure.ExitCode);
    }

    internal static Task<FolderDigests> Hash(string path, HashingOptions? options = null) =>
        new FolderHasher(options ?? HashingOptions.Default).HashAsync(path, null, CancellationToken.None);

    internal static Task<ArtifactRefusedException> Refusal(string path, HashingOptions? options = null) =>
        Assert.ThrowsAsync<ArtifactRefusedException>(() => Hash(path, options));
}
