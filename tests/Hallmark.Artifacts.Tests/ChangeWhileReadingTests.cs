using Hallmark.Artifacts.Files;
using Hallmark.Artifacts.Hashing;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

public sealed class ChangeWhileReadingTests
{
    public static TheoryData<string, DigestAlgorithm> Changes
    {
        get
        {
            var data = new TheoryData<string, DigestAlgorithm>();
            foreach (var change in new[] { "append", "truncate", "rewrite", "rewrite-and-set-time-back", "replace", "delete" })
            {
                data.Add(change, DigestAlgorithm.Sha256);
                data.Add(change, DigestAlgorithm.Blake3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_file_that_changes_while_it_is_read_gets_no_digest(string change, DigestAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model/weights.bin");
        await File.WriteAllBytesAsync(path, new byte[8 << 20]);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(40));
        var changed = 0;
        var progress = new Tell(_ =>
        {
            if (Interlocked.Exchange(ref changed, 1) == 0)
            {
                Change(path, change);
            }
        });

        var hasher = new FolderHasher(HashingOptions.Default with { Algorithm = algorithm, MaxThreads = 2 });
        var failure = await Assert.ThrowsAsync<ArtifactUnreadableException>(() =>
            hasher.HashAsync(folder.File("model"), progress, CancellationToken.None)
        );

        Assert.Equal(ArtifactFault.Changed, failure.Fault);
        Assert.Equal(3, failure.ExitCode);
        Assert.EndsWith("weights.bin", failure.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("append")]
    [InlineData("rewrite-and-set-time-back")]
    [InlineData("replace")]
    public async Task Shards_of_different_states_of_a_file_are_not_put_together(string change)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("weights.bin");
        await File.WriteAllBytesAsync(path, new byte[4 << 20]);
        var changed = 0;
        var progress = new Tell(_ =>
        {
            if (Interlocked.Exchange(ref changed, 1) == 0)
            {
                Change(path, change);
            }
        });

        await Assert.ThrowsAsync<ArtifactUnreadableException>(() =>
            new FileHasher(HashingOptions.Default).HashShardsAsync(path, 1 << 20, progress, CancellationToken.None)
        );
    }

    [Fact]
    public void A_pipe_put_in_a_files_place_after_it_was_found_is_not_waited_for()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("f"), "x");
        var found = FileToHash.Named(folder.File("f"));
        File.Delete(folder.File("f"));
        Shell.Run(folder.Path, "mkfifo f");

        var failure = Assert.Throws<ArtifactUnreadableException>(() => OpenedFile.Open(found));
        Assert.Equal(ArtifactFault.Changed, failure.Fault);
    }

    [Fact]
    public void A_link_out_put_in_a_files_place_after_it_was_found_is_not_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("f"), "x");
        File.WriteAllText(folder.File("secret"), "x");
        var found = FileToHash.Named(folder.File("f"));
        File.Delete(folder.File("f"));
        File.CreateSymbolicLink(folder.File("f"), "secret");

        Assert.Throws<ArtifactUnreadableException>(() => OpenedFile.Open(found));
    }

    private static void Change(string path, string change)
    {
        var written = File.GetLastWriteTimeUtc(path);
        var changed = ChangeTimes.Of(path);
        switch (change)
        {
            case "append":
                File.AppendAllText(path, "x");
                break;
            case "truncate":
                using (var file = File.OpenWrite(path))
                {
                    file.SetLength(100);
                }

                break;
            case "rewrite" or "rewrite-and-set-time-back":
                using (var file = File.OpenWrite(path))
                {
                    file.WriteByte(1);
                }

                if (change is not "rewrite")
                {
                    File.SetLastWriteTimeUtc(path, written);
                    ChangeTimes.MoveBeyond(path, changed);
                }

                break;
            case "replace":
                File.WriteAllBytes(path + ".new", new byte[new FileInfo(path).Length]);
                File.SetLastWriteTimeUtc(path + ".new", written);
                File.Move(path + ".new", path, overwrite: true);
                break;
            default:
                File.Delete(path);
                break;
        }
    }
}
