using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.SqlStore;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>
/// Names of models, keys, aliases and files as people give them, in every store that can be written here. Each is kept to the character or refused before anything is written; two stores never
/// disagree on what may be recorded.
/// </summary>
public sealed class OddNamesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private static readonly string[] Odd =
    [
        "plain",
        "with space",
        " leading",
        "trailing ",
        "größe",
        "grö\u0308ße", // composed in another way
        "漢字",
        "😀",
        "a.b",
        ".hidden",
        "a..b",
        "..",
        ".",
        "a-b_c",
        "it's",
        "\"quoted\"",
        "semi;colon",
        "per%cent",
        "%2e%2e",
        "a&b?c=d#e",
        "a+b",
        "back\\slash",
        "a:b",
        "a/b",
        "a//b",
        "../x",
        "tab\there",
        "new\nline",
        "nul\0",
        "bell\a",
        "rtl\u202e",
        "lone\ud800",
        "{json}",
        "[list]",
        "- dash",
        "# hash",
        "null",
        "~",
        "1",
        "*star",
        "!bang",
        "@at",
        "`tick`",
        "$HOME",
        "CON",
        "-rf",
        "--",
        "'; DROP TABLE runs; --",
        new('x', 250),
        new('x', 251),
        new('é', 200),
        "",
    ];

    private readonly TemporaryFolder _folder = new();
    private int _copies;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => [.. Writable];

    private static string[] Writable => PostgresServer.FindPrograms() is null ? ["file", "sqlite"] : ["file", "sqlite", "postgres"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_key_of_a_tag_is_kept_to_the_character_or_refused(string kind)
    {
        var (store, ids) = Open(kind);
        await using (store)
        {
            var run = ids.Run("baseline");
            var before = (await store.FindRunAsync(run, default))!.Tags;
            var kept = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var key in Odd)
            {
                if (await IsTakenAsync(() => store.SetRunTagAsync(run, key, "of " + key.Length, default)))
                {
                    kept[key] = "of " + key.Length;
                }
            }

            var after = (await store.FindRunAsync(run, default))!.Tags;
            Assert.Equal(
                kept.OrderBy(tag => tag.Key, StringComparer.Ordinal),
                after.Where(tag => !before.ContainsKey(tag.Key)).OrderBy(tag => tag.Key, StringComparer.Ordinal)
            );
            Assert.Contains("größe", kept.Keys);
            Assert.DoesNotContain("..", kept.Keys);
            Assert.DoesNotContain("nul\0", kept.Keys);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_models_name_is_kept_to_the_character_with_its_versions_tags_and_aliases_or_refused(string kind)
    {
        var (store, _) = Open(kind);
        await using (store)
        {
            var before = (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name).ToList();
            var kept = new List<string>();
            foreach (var name in Odd)
            {
                if (!await IsTakenAsync(() => store.CreateRegisteredModelAsync(name, default)))
                {
                    Assert.DoesNotContain(name, (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name));
                    continue;
                }

                kept.Add(name);
                Assert.Equal("1", (await store.CreateModelVersionAsync(name, "s3://bucket/" + kept.Count, null, default)).Version);
                await store.SetRegisteredModelTagAsync(name, "of", name, default);
                await store.SetModelVersionTagAsync(name, "1", "of", name, default);
                await store.SetAliasAsync(name, "best", "1", default);
                await store.TransitionStageAsync(name, "1", "Staging", archiveExisting: true, default);
            }

            foreach (var name in kept)
            {
                var model = (await store.FindRegisteredModelAsync(name, default))!;
                var version = Assert.Single(await store.ListModelVersionsAsync(name, default));
                Assert.Equal((name, name, "1"), (model.Name, model.Tags["of"], model.Aliases["best"]));
                Assert.Equal((name, name, "Staging"), (version.Name, version.Tags["of"], version.CurrentStage));
            }

            Assert.Equal(
                before.Concat(kept).Order(StringComparer.Ordinal),
                (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name).Order(StringComparer.Ordinal)
            );
            Assert.Contains("größe", kept);
        }
    }

    [Fact]
    public async Task Two_stores_take_the_same_keys_and_aliases()
    {
        var answers = new List<(string Keys, string Aliases)>();
        foreach (var kind in Writable)
        {
            var (store, ids) = Open(kind);
            await using (store)
            {
                var (keys, aliases) = (new List<string>(), new List<string>());
                // A file system has bounds of its own: 255 bytes a name.
                foreach (var name in Odd.Where(name => System.Text.Encoding.UTF8.GetByteCount(name) <= 255))
                {
                    if (await IsTakenAsync(() => store.SetRunTagAsync(ids.Run("tuned"), name, "v", default)))
                    {
                        keys.Add(name);
                    }

                    if (await IsTakenAsync(() => store.SetAliasAsync("iris-classifier", name, "1", default)))
                    {
                        aliases.Add(name);
                    }
                }

                answers.Add((string.Join('|', keys), string.Join('|', aliases)));
                var model = (await store.FindRegisteredModelAsync("iris-classifier", default))!;
                Assert.All(aliases, alias => Assert.Equal("1", model.Aliases[alias]));
            }
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task Models_are_listed_in_one_order_by_every_store()
    {
        string[] names = ["b", "B", "a", "Z", "z", "_x", "ä", "a b", "a-b", "a.b", "漢", "10", "9"];
        var orders = new List<string>();
        foreach (var kind in Writable)
        {
            var (store, _) = Open(kind);
            await using (store)
            {
                foreach (var name in names)
                {
                    await store.CreateRegisteredModelAsync(name, default);
                }

                orders.Add(string.Join('|', (await store.ListRegisteredModelsAsync(default)).Select(model => model.Name)));
            }
        }

        Assert.Single(orders.Distinct());
    }

    [Fact]
    public async Task A_files_name_is_kept_to_the_character_or_refused_and_nothing_is_written_outside()
    {
        var root = Directory.CreateDirectory(Path.Combine(_folder.Path, "artifacts")).FullName;
        var (store, _) = Open("file");
        await using (store)
        {
            var artifacts = store.OpenArtifacts(root);
            var kept = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var name in Odd.Concat(["deep/er/file", "a/../b", "a/./b", "a/", "/abs"]))
            {
                if (await IsTakenAsync(() => artifacts.PutAsync(name, System.Text.Encoding.UTF8.GetBytes(name), default)))
                {
                    kept.Add(name);
                    using var reader = new StreamReader((await artifacts.OpenReadAsync(name, default))!);
                    Assert.Equal(name, await reader.ReadToEndAsync());
                }
            }

            var listed = new SortedSet<string>(StringComparer.Ordinal);
            await foreach (var file in artifacts.ListFilesAsync("", default))
            {
                listed.Add(file.Path);
            }

            Assert.Equal(kept, listed);
            Assert.Contains("größe", kept);
            Assert.Contains("deep/er/file", kept);
            Assert.DoesNotContain("..", kept);
            Assert.DoesNotContain("a/../b", kept);
            Assert.Equal(
                ["artifacts"],
                Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Where(name => name is not "mlruns")
            );
        }
    }

    private (IMlflowStore Store, FixtureIds Ids) Open(string kind)
    {
        switch (kind)
        {
            case "file":
                var ids = new FixtureIds("3.6/file");
                var root = _folder.CopyOf(Path.Combine(ids.Folder, "mlruns"), "mlruns");
                return (
                    MlflowStores.Open(
                        new MlflowStoreOptions { TrackingUri = root, Relocations = [Relocation.Parse("/srv/mlflow/mlruns=" + root)] }
                    ),
                    ids
                );
            case "sqlite":
                var sqlite = new FixtureIds("3.6/sqlite");
                var copy = _folder.CopyOf(sqlite.Folder, "sqlite" + _copies++);
                return (MlflowStores.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + Path.Combine(copy, "mlflow.db") }), sqlite);
            default:
                return (MlflowStores.Open(new MlflowStoreOptions { TrackingUri = postgres.CopyOf("3.6") }), new FixtureIds("3.6/sqlite"));
        }
    }

    private static async Task<bool> IsTakenAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (BadInputException)
        {
            return false;
        }
    }
}
