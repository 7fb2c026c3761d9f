using System.Text;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Artifacts;

public sealed class LocalArtifactRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_are_listed_in_the_ordinal_order_of_their_paths()
    {
        foreach (var path in new[] { "a/b", "a.txt", "a-b/c", "B", "a/b.d/e", "a/b.c", "ä", "a0", "z/y/x" })
        {
            await File.WriteAllTextAsync(_folder.File("root/" + path.Replace("a/b", "a/B", StringComparison.Ordinal)), "x");
        }

        var listed = await List(Repository());
        Assert.Equal(9, listed.Count);
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task A_root_that_is_not_there_holds_nothing()
    {
        var repository = Repository();
        Assert.Empty(await List(repository));
        Assert.Null(await repository.OpenReadAsync("a", default));
    }

    [Fact]
    public async Task A_folder_is_no_file_and_a_file_no_folder()
    {
        await File.WriteAllTextAsync(_folder.File("root/a/b"), "x");
        Assert.Null(await Repository().OpenReadAsync("a", default));
        Assert.Null(await Repository().OpenReadAsync("a/b/c", default));
        Assert.Empty(await List(Repository(), "a/b"));
    }

    [Theory]
    [InlineData("b.txt", "b.txt")]
    [InlineData("c/d.txt", "c")]
    public async Task What_is_removed_while_it_is_listed_is_out_of_reach_and_no_crash(string removed, string named)
    {
        foreach (var path in new[] { "a.txt", "b.txt", "c/d.txt" })
        {
            await File.WriteAllTextAsync(_folder.File("root/" + path), "x");
        }

        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(async () =>
        {
            await foreach (var entry in Repository().ListFilesAsync("", default))
            {
                // The first one is told before the others are looked at.
                Assert.NotEqual(removed, entry.Path);
                File.Delete(_folder.File("root/" + removed));
                if (named == "c" && Directory.Exists(_folder.Path + "/root/c"))
                {
                    Directory.Delete(_folder.Path + "/root/c");
                }
            }
        });
        Assert.StartsWith($"The artifact '{named}' below {_folder.Path}/root cannot be read: ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret.txt")]
    [InlineData("folder")]
    public async Task A_link_that_leaves_the_root_is_refused_wherever_it_is_met(string target)
    {
        await File.WriteAllTextAsync(_folder.File("outside/secret.txt"), "secret");
        await File.WriteAllTextAsync(_folder.File("outside/folder/inner.txt"), "secret");
        await File.WriteAllTextAsync(_folder.File("root/ok.txt"), "fine");
        File.CreateSymbolicLink(_folder.File("root/link"), _folder.File("outside/" + target));
        var repository = Repository();
        await Assert.ThrowsAsync<MlflowFormatException>(() => List(repository));
        await Assert.ThrowsAsync<MlflowFormatException>(() => repository.OpenReadAsync("link", default));
        await Assert.ThrowsAsync<MlflowFormatException>(() => repository.OpenReadAsync("link/inner.txt", default));
        await Assert.ThrowsAsync<MlflowFormatException>(() => List(repository, "link"));
        await Assert.ThrowsAsync<MlflowFormatException>(() => repository.PutAsync("link/new.txt", "x"u8.ToArray(), default));
        Assert.False(File.Exists(_folder.File("outside/folder/new.txt")));
    }

    [Fact]
    public async Task Links_below_the_root_are_followed()
    {
        await File.WriteAllTextAsync(_folder.File("root/real/a.txt"), "hello");
        File.CreateSymbolicLink(_folder.File("root/file"), "real/a.txt");
        Directory.CreateSymbolicLink(_folder.File("root/folder"), "./x/../real");
        var repository = Repository();
        Assert.Equal(["file", "folder/a.txt", "real/a.txt"], await List(repository));
        await using var stream = await repository.OpenReadAsync("folder/a.txt", default);
        Assert.Equal("hello", await new StreamReader(stream!).ReadToEndAsync());
        await foreach (var entry in repository.ListFilesAsync("", default))
        {
            Assert.Equal(5, entry.SizeInBytes);
        }
    }

    [Fact]
    public async Task A_root_that_is_itself_a_link_is_fine()
    {
        await File.WriteAllTextAsync(_folder.File("elsewhere/a.txt"), "x");
        Directory.CreateSymbolicLink(_folder.File("root"), _folder.File("elsewhere"));
        Assert.Equal(["a.txt"], await List(Repository()));
    }

    [Fact]
    public async Task Links_that_go_round_in_circles_or_lead_nowhere_are_refused()
    {
        Directory.CreateDirectory(_folder.File("root/a"));
        Directory.CreateSymbolicLink(_folder.File("root/a/up"), "..");
        await Assert.ThrowsAsync<MlflowFormatException>(() => List(Repository()));
        Directory.Delete(_folder.File("root/a/up"));
        File.CreateSymbolicLink(_folder.File("root/x"), "y");
        File.CreateSymbolicLink(_folder.File("root/y"), "x");
        await Assert.ThrowsAsync<MlflowFormatException>(() => List(Repository()));
        File.Delete(_folder.File("root/x"));
        await Assert.ThrowsAsync<MlflowFormatException>(() => List(Repository()));
    }

    [Fact]
    public async Task A_file_name_with_a_backslash_is_refused()
    {
        await File.WriteAllTextAsync(_folder.File("root/a\\b"), "x");
        await Assert.ThrowsAsync<MlflowFormatException>(() => List(Repository()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("./a")]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("..\\a")]
    public void A_path_that_is_no_clean_relative_one_is_refused(string path) =>
        Assert.Throws<MlflowFormatException>(() => ArtifactPath.Check(path));

    [Fact]
    public void A_path_that_is_no_Unicode_is_refused() =>
        Assert.Throws<MlflowFormatException>(() => ArtifactPath.Check("a" + (char)0xd800));

    [Theory]
    [InlineData("a")]
    [InlineData("..a/b..")]
    [InlineData("a:b/~/$HOME/%2e%2e")]
    [InlineData("größe/🌸")]
    public void Odd_names_that_stay_inside_are_taken(string path) => Assert.Equal(path, ArtifactPath.Check(path));

    [Fact]
    public async Task A_write_replaces_the_whole_file_and_leaves_nothing_else_behind()
    {
        var repository = Repository();
        await repository.PutAsync("ario/a.json", Encoding.UTF8.GetBytes(new string('x', 100_000)), default);
        await repository.PutAsync("ario/a.json", "short"u8.ToArray(), default);
        Assert.Equal("short", await File.ReadAllTextAsync(_folder.File("root/ario/a.json")));
        Assert.Single(Directory.GetFiles(_folder.File("root/ario")));
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_file_is_replaced_and_never_written_through()
    {
        await File.WriteAllTextAsync(_folder.File("outside.txt"), "mine");
        Directory.CreateDirectory(_folder.File("root/ario"));
        File.CreateSymbolicLink(_folder.File("root/ario/a.json"), _folder.File("outside.txt"));
        await Repository().PutAsync("ario/a.json", "new"u8.ToArray(), default);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.File("outside.txt")));
        Assert.Null(new FileInfo(_folder.File("root/ario/a.json")).LinkTarget);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_or_impossible_changes_nothing()
    {
        var repository = Repository();
        await repository.PutAsync("a/b", "old"u8.ToArray(), default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            repository.PutAsync("a/b", "new"u8.ToArray(), new CancellationToken(canceled: true))
        );
        await Assert.ThrowsAsync<MlflowFormatException>(() => repository.PutAsync("a", "new"u8.ToArray(), default));
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => repository.PutAsync("a/b/c", "new"u8.ToArray(), default));
        Assert.Equal("old", await File.ReadAllTextAsync(_folder.File("root/a/b")));
        Assert.Equal(["a/b"], await List(repository));
    }

    private LocalArtifactRepository Repository() => new(ArtifactUri.Parse(Path.Combine(_folder.Path, "root")));

    private static async Task<List<string>> List(LocalArtifactRepository repository, string folder = "")
    {
        var paths = new List<string>();
        await foreach (var entry in repository.ListFilesAsync(folder, default))
        {
            paths.Add(entry.Path);
        }

        return paths;
    }
}
