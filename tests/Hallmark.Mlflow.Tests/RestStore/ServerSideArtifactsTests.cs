using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Mlflow.Tests.Contract;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Runs whose artifacts lie in a folder of the server's machine (<c>file:</c> URIs): read through the server, or from a relocated copy.</summary>
public sealed class ServerSideArtifactsTests
{
    public static TheoryData<string> Versions => RestStores.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task They_are_read_through_the_server_byte_for_byte(string version)
    {
        await using var server = await FixtureMlflowServer.StartAsync(version, "sqlite-direct");
        await using var store = RestStores.Open(server.Address);
        var ids = new FixtureIds(version + "/sqlite-direct");
        var uris = new List<string> { (await store.FindRunAsync(ids.Run("baseline"), default))!.ArtifactUri };
        uris.AddRange((await store.ListLoggedModelsAsync(ids.Experiment, default)).Select(static model => model.ArtifactUri));
        var files = 0;
        foreach (var uri in uris)
        {
            Assert.StartsWith("file:///srv/mlflow/", uri, StringComparison.Ordinal);
            var through = store.OpenArtifacts(uri);
            Assert.Null(through.LocalRoot);
            var local = new LocalArtifactRepository(
                ArtifactUri.Parse(uri.Replace("/srv/mlflow/direct", server.Folder, StringComparison.Ordinal))
            );
            var expected = await local.ListFilesAsync("", default).ToListAsync();
            Assert.Equal(
                expected.Select(static e => e.Path),
                (await through.ListFilesAsync("", default).ToListAsync()).Select(static e => e.Path)
            );
            foreach (var entry in expected)
            {
                Assert.Equal(await local.ReadAllAsync(entry.Path), await through.ReadAllAsync(entry.Path));
                files++;
            }
        }

        Assert.True(files >= 8);
    }

    [Fact]
    public async Task They_cannot_be_written_and_the_user_learns_what_to_do()
    {
        await using var server = await FixtureMlflowServer.StartAsync("3.6", "sqlite-direct");
        await using var store = RestStores.Open(server.Address);
        var run = await store.FindRunAsync(new FixtureIds("3.6/sqlite-direct").Run("baseline"), default);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            store.OpenArtifacts(run!.ArtifactUri).PutAsync("ario/payload.json", new byte[1], default)
        );
        Assert.NotEmpty(failure.Hints);
    }

    [Fact]
    public async Task A_relocated_copy_is_read_on_this_machine()
    {
        await using var server = await FixtureMlflowServer.StartAsync("3.6", "sqlite-direct");
        await using var store = RestStores.Open(server.Address, relocations: [Relocation.Parse("/srv/mlflow/direct=" + server.Folder)]);
        var run = await store.FindRunAsync(new FixtureIds("3.6/sqlite-direct").Run("baseline"), default);
        Assert.StartsWith(server.Folder, store.OpenArtifacts(run!.ArtifactUri).LocalRoot!, StringComparison.Ordinal);
    }
}
