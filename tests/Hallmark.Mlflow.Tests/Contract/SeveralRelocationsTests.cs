using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>A store that was moved in parts: the runs' artifacts to one place, the models' to another. Each <c>--relocate</c> says where one part lies now.</summary>
public sealed class SeveralRelocationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Fixtures => ["3.6/file", "3.6/sqlite", "3.6/sqlite-direct"];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Each_part_is_found_where_its_own_relocation_says_in_whatever_order_they_are_given(string fixture)
    {
        var scene = new Scene(fixture, _folder);
        string[] relocations = [scene.OfRuns, scene.OfModels, "/srv/somewhere/else=/nowhere", "s3://bucket=/nowhere"];
        foreach (var order in new[] { relocations, [.. relocations.Reverse()] })
        {
            await using var store = scene.Open(order);
            Assert.Equal(scene.Model, await HashOfModelAsync(store, scene));
            var run = (await store.FindRunAsync(scene.Ids.Run("tuned"), default))!;
            var artifacts = store.OpenArtifacts(run.ArtifactUri);
            Assert.StartsWith(scene.RunsPlace + "/", artifacts.LocalRoot, StringComparison.Ordinal);
            await artifacts.PutAsync("ario/payload.json", new byte[] { 1 }, default);
        }

        Assert.Single(Directory.GetFiles(scene.RunsPlace, "payload.json", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(scene.ModelsPlace, "payload.json", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Without_the_one_for_the_models_their_files_are_gone_or_out_of_reach_and_never_taken_from_elsewhere(string fixture)
    {
        var scene = new Scene(fixture, _folder);
        await using var store = scene.Open(scene.OfRuns);
        Assert.Null(await HashOfModelAsync(store, scene));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Of_two_for_the_same_part_the_later_one_counts(string fixture)
    {
        var scene = new Scene(fixture, _folder);
        var wrong = scene.OfModels[..(scene.OfModels.IndexOf('=', StringComparison.Ordinal) + 1)] + Path.Combine(_folder.Path, "wrong");
        await using var right = scene.Open(scene.OfRuns, wrong, scene.OfModels);
        Assert.Equal(scene.Model, await HashOfModelAsync(right, scene));
        await using var other = scene.Open(scene.OfRuns, scene.OfModels, wrong);
        Assert.Null(await HashOfModelAsync(other, scene));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_place_is_moved_once_and_not_on_from_there(string fixture)
    {
        var scene = new Scene(fixture, _folder);

        // As after two moves, when only the first one is true for this copy.
        await using var store = scene.Open(scene.OfRuns, scene.OfModels, $"{scene.ModelsPlace}={Path.Combine(_folder.Path, "further")}");
        Assert.Equal(scene.Model, await HashOfModelAsync(store, scene));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_part_whose_name_only_begins_alike_is_not_moved(string fixture)
    {
        var scene = new Scene(fixture, _folder);
        await using var store = scene.Open(scene.OfRuns, scene.OfModels.Replace("/models=", "/mod=", StringComparison.Ordinal));
        Assert.Null(await HashOfModelAsync(store, scene));
    }

    private static async Task<string?> HashOfModelAsync(IMlflowStore store, Scene scene)
    {
        try
        {
            var run = (await store.FindRunAsync(scene.Ids.Run("tuned"), default))!;
            var path = await ArtifactPathChoice.ChooseAsync(store, run, null, default);
            return (await RunArtifacts.HashAsync(store, run, path, ArtifactHashing.Plain, default)).Hash;
        }
        catch (UnavailableException)
        {
            return null;
        }
    }

    /// <summary>A fixture whose models lie apart from everything else.</summary>
    private sealed class Scene
    {
        private readonly string _trackingUri;

        public Scene(string fixture, TemporaryFolder folder)
        {
            Ids = new FixtureIds(fixture);
            var isFile = fixture.EndsWith("/file", StringComparison.Ordinal);
            var isDirect = fixture.EndsWith("-direct", StringComparison.Ordinal);
            var copy = folder.CopyOf(isFile ? Path.Combine(Ids.Folder, "mlruns") : Ids.Folder, "store");
            _trackingUri = isFile ? copy : "sqlite:///" + Path.Combine(copy, "mlflow.db");
            RunsPlace = isFile || isDirect ? copy : Path.Combine(copy, "artifacts");
            ModelsPlace = Path.Combine(folder.Path, "models-elsewhere");
            var old =
                isFile ? "/srv/mlflow/mlruns"
                : isDirect ? "/srv/mlflow/direct"
                : "mlflow-artifacts:";
            OfRuns = $"{(old == "mlflow-artifacts:" ? old + "/" : old)}={RunsPlace}";

            var models = Directory
                .GetDirectories(RunsPlace, Ids.LoggedModel("tuned")!, SearchOption.AllDirectories)
                .Where(path => Directory.Exists(Path.Combine(path, "artifacts")))
                .ToList();
            var model = Assert.Single(models);
            Model = HashOf(Path.Combine(model, "artifacts"));
            var folderOfModels = Path.GetDirectoryName(model)!; // a model's folder lies in that of its kind
            var relative = Path.GetRelativePath(RunsPlace, folderOfModels);
            foreach (var each in Directory.GetDirectories(folderOfModels))
            {
                if (Directory.Exists(Path.Combine(each, "artifacts")))
                {
                    Directory.CreateDirectory(Path.Combine(ModelsPlace, Path.GetFileName(each)));
                    Directory.Move(Path.Combine(each, "artifacts"), Path.Combine(ModelsPlace, Path.GetFileName(each), "artifacts"));
                }
            }

            OfModels = $"{old}/{relative}={ModelsPlace}";
        }

        public FixtureIds Ids { get; }

        public string RunsPlace { get; }

        public string ModelsPlace { get; }

        public string OfRuns { get; }

        public string OfModels { get; }

        /// <summary>The hash of the tuned model's files, from the disk alone.</summary>
        public string Model { get; }

        public IMlflowStore Open(params string[] relocations) =>
            MlflowStores.Open(
                new MlflowStoreOptions { TrackingUri = _trackingUri, Relocations = [.. relocations.Select(Relocation.Parse)] }
            );

        private static string HashOf(string folder)
        {
            var map = new System.Text.Json.Nodes.JsonObject();
            foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            {
                if (Path.GetFileName(file) != "registered_model_meta")
                {
                    map[Path.GetRelativePath(folder, file)] = Convert.ToHexStringLower(
                        System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))
                    );
                }
            }

            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Core.Json.CanonicalJson.Canonicalize(map)));
        }
    }
}
