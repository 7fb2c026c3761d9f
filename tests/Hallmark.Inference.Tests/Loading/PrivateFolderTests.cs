using System.Runtime.Versioning;
using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Loading;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Root => Path.Combine(_temporary.Path, "models");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_folder_is_for_its_owner_only_and_so_is_a_root_that_was_made_for_it()
    {
        using var folder = PrivateFolder.Create(Root);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal((OwnerOnly, OwnerOnly), (File.GetUnixFileMode(folder.Path), File.GetUnixFileMode(Root)));
    }

    [Fact]
    public void A_folder_is_removed_with_all_that_is_in_it()
    {
        using (var folder = PrivateFolder.Create(Root))
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, "a/b"));
            File.WriteAllText(Path.Combine(folder.Path, "a/b/c"), "x");
            File.SetUnixFileMode(Path.Combine(folder.Path, "a/b/c"), UnixFileMode.UserRead);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
    }

    [Fact]
    public void What_a_killed_process_left_behind_is_removed_and_what_a_living_one_holds_is_not()
    {
        Directory.CreateDirectory(Path.Combine(Root, "model-dead", "a"));
        File.WriteAllText(Path.Combine(Root, "model-dead", "a", "weights"), "x");
        File.WriteAllText(Path.Combine(Root, "model-dead.lock"), "");
        File.WriteAllText(Path.Combine(Root, "notes.txt"), "somebody else's");
        using var living = PrivateFolder.Create(Root);
        Assert.False(Directory.Exists(Path.Combine(Root, "model-dead")));
        Assert.False(File.Exists(Path.Combine(Root, "model-dead.lock")));
        using var next = PrivateFolder.Create(Root);
        Assert.True(Directory.Exists(living.Path));
        Assert.True(Directory.Exists(next.Path));
        Assert.True(File.Exists(Path.Combine(Root, "notes.txt")));
    }

    [Fact]
    public void Many_made_at_once_are_each_their_owners()
    {
        var folders = new PrivateFolder[400];
        Parallel.For(0, folders.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => folders[i] = PrivateFolder.Create(Root));
        Assert.Equal(folders.Length, folders.Select(folder => folder.Path).Distinct().Count());
        Assert.All(folders, folder => Assert.True(Directory.Exists(folder.Path)));
        Parallel.ForEach(folders, folder => folder.Dispose());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite, true)]
    [InlineData(UnixFileMode.GroupWrite, true)]
    [InlineData(UnixFileMode.OtherWrite | UnixFileMode.StickyBit, false)]
    [InlineData(UnixFileMode.OtherRead | UnixFileMode.OtherExecute, false)]
    public void A_root_where_others_could_exchange_the_folder_is_refused(UnixFileMode others, bool isRefused)
    {
        Directory.CreateDirectory(Root);
        File.SetUnixFileMode(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others);
        if (isRefused)
        {
            Assert.Throws<BadInputException>(() => PrivateFolder.Create(Root));
        }
        else
        {
            PrivateFolder.Create(Root).Dispose();
        }
    }

    [Fact]
    public void A_root_that_cannot_be_made_is_out_of_reach()
    {
        File.WriteAllText(Root, "a file");
        Assert.Equal(3, Assert.Throws<UnavailableException>(() => PrivateFolder.Create(Root)).ExitCode);
    }
}
