using Hallmark.Artifacts;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>A model's files are copied from wherever they lie, and never on the store's word: not their number, not their sizes, not their names.</summary>
public sealed class ArtifactCopierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryArtifacts _store = new("memory:/store");

    private string Target => Directory.CreateDirectory(Path.Combine(_folder.Path, "target")).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_file_below_the_folder_is_copied_and_no_other()
    {
        _store.Files["model/MLmodel"] = [1];
        _store.Files["model/code/deep/a.py"] = [];
        _store.Files["model/данные.bin"] = new byte[300_000];
        _store.Files["model/registered_model_meta"] = [9];
        _store.Files["model2/other"] = [2];
        _store.Files["model"] = [3];
        await CopyAsync(new CopyLimits(), new ArtifactPlace(_store, "model"));
        Assert.Equal(["MLmodel", "code/deep/a.py", "данные.bin"], Copied());
        Assert.Equal(300_000, new FileInfo(Path.Combine(Target, "данные.bin")).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(Target, "MLmodel")));
        }
    }

    [Fact]
    public async Task Of_equal_names_the_first_places_file_is_copied()
    {
        var second = new MemoryArtifacts("memory:/second");
        _store.Files["a"] = [1];
        second.Files["model/a"] = [2, 2];
        second.Files["model/b"] = [2, 2];
        await CopyAsync(new CopyLimits(), new ArtifactPlace(_store, ""), new ArtifactPlace(second, "model"));
        Assert.Equal(["a", "b"], Copied());
        Assert.Equal([1], await File.ReadAllBytesAsync(Path.Combine(Target, "a")));
    }

    [Theory]
    [InlineData("model/../escaped")]
    [InlineData("model/a/../../escaped")]
    [InlineData("model/./a")]
    [InlineData("model//a")]
    [InlineData("model//etc/passwd")]
    [InlineData("model/a\\..\\b")]
    [InlineData("model/a\0b")]
    [InlineData("model/..")]
    public async Task A_name_that_leaves_the_folder_is_refused(string path)
    {
        _store.Files[path] = [1];
        await Assert.ThrowsAsync<MlflowFormatException>(() => CopyAsync(new CopyLimits(), new ArtifactPlace(_store, "model")));
        Assert.Empty(Copied());
        Assert.False(File.Exists(Path.Combine(_folder.Path, "escaped")));
    }

    [Fact]
    public async Task A_name_that_is_both_file_and_folder_is_refused()
    {
        _store.Files["model/a"] = [1];
        _store.Files["model/a/b"] = [2];
        await Assert.ThrowsAnyAsync<HallmarkException>(() => CopyAsync(new CopyLimits(), new ArtifactPlace(_store, "model")));
    }

    [Fact]
    public async Task More_files_bytes_or_depth_than_allowed_are_refused()
    {
        for (var i = 0; i < 11; i++)
        {
            _store.Files[$"model/f{i}"] = new byte[100];
        }

        await RefusedAsync(new CopyLimits { MaxFiles = 10 });
        await RefusedAsync(new CopyLimits { MaxSizeInBytes = 1099 });
        _store.Files["model/a/b/c/d"] = [1];
        await RefusedAsync(new CopyLimits { MaxDepth = 2 });
        var enough = new CopyLimits
        {
            MaxFiles = 12,
            MaxDepth = 3,
            MaxSizeInBytes = 1101,
        };
        await CopyAsync(enough, new ArtifactPlace(_store, "model"));
        Assert.Equal(12, Copied().Length);
    }

    [Fact]
    public async Task A_file_that_is_listed_and_then_gone_is_out_of_reach()
    {
        _store.Files["model/a"] = [1];
        var repository = new Vanishing(_store);
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => CopyAsync(new CopyLimits(), new ArtifactPlace(repository, "model")));
    }

    [Fact]
    public async Task An_endless_file_ends_at_the_limit_whatever_size_was_listed()
    {
        _store.Files["model/a"] = [1];
        var limits = new CopyLimits { MaxSizeInBytes = 1 << 20 };
        await Assert.ThrowsAsync<BadInputException>(() => CopyAsync(limits, new ArtifactPlace(new Endless(_store), "model")));
        Assert.True(new FileInfo(Path.Combine(Target, "a")).Length <= limits.MaxSizeInBytes);
    }

    [Fact]
    public async Task Nothing_is_copied_where_there_is_nothing_and_a_place_that_is_nowhere_is_out_of_reach()
    {
        await CopyAsync(new CopyLimits(), new ArtifactPlace(_store, "model"));
        await CopyAsync(new CopyLimits(), Local(_folder.Path, "model"));
        Assert.Empty(Copied());
        await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            CopyAsync(new CopyLimits(), Local("/nowhere/at/all/1/2/artifacts", "model"))
        );
    }

    [Fact]
    public async Task A_link_on_the_way_to_a_local_folder_is_refused()
    {
        await File.WriteAllTextAsync(_folder.File("elsewhere/model/a"), "x");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "run"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "run", "models"), Path.Combine(_folder.Path, "elsewhere"));
        await Assert.ThrowsAsync<BadInputException>(() =>
            CopyAsync(new CopyLimits(), Local(Path.Combine(_folder.Path, "run"), "models/model"))
        );
        Assert.Empty(Copied());
    }

    private async Task RefusedAsync(CopyLimits limits)
    {
        await Assert.ThrowsAsync<BadInputException>(() => CopyAsync(limits, new ArtifactPlace(_store, "model")));
        Directory.Delete(Target, recursive: true);
    }

    private static ArtifactPlace Local(string root, string folder) => new(new LocalArtifactRepository(ArtifactUri.Parse(root)), folder);

    private Task CopyAsync(CopyLimits limits, params ArtifactPlace[] places) =>
        new ArtifactCopier(limits, ["registered_model_meta"]).CopyAsync(
            new LocatedArtifacts(null, "model", [.. places]),
            Target,
            CancellationToken.None
        );

    private string[] Copied() =>
        [
            .. Directory
                .EnumerateFiles(Target, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Target, path))
                .Order(StringComparer.Ordinal),
        ];

    private class Relayed(MemoryArtifacts store) : IArtifactRepository
    {
        public string Uri => store.Uri;

        public string? LocalRoot => null;

        public IAsyncEnumerable<ArtifactEntry> ListFilesAsync(string folder, CancellationToken cancellationToken) =>
            store.ListFilesAsync(folder, cancellationToken);

        public virtual Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken) =>
            store.OpenReadAsync(path, cancellationToken);

        public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            store.PutAsync(path, content, cancellationToken);
    }

    private sealed class Vanishing(MemoryArtifacts store) : Relayed(store)
    {
        public override Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken) => Task.FromResult<Stream?>(null);
    }

    private sealed class Endless(MemoryArtifacts store) : Relayed(store)
    {
        public override Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken) =>
            Task.FromResult<Stream?>(new EndlessStream());
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }
}
