using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>A database says where artifacts lie, and has none itself.</summary>
public sealed class ArtifactPlacesTests
{
    [Fact]
    public async Task Artifacts_behind_a_server_need_a_relocation_and_the_message_says_which()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();
        var run = (await store.FindRunAsync(fixture.Run("baseline"), default))!;

        var failure = Assert.Throws<MlflowUnavailableException>(() => store.OpenArtifacts(run.ArtifactUri));

        Assert.Equal(3, failure.ExitCode);
        Assert.Contains(failure.Hints, hint => hint.Contains("--relocate mlflow-artifacts:/=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_it_they_are_read_from_where_the_server_keeps_them()
    {
        using var fixture = new SqliteFixture("3.6");
        var artifacts = ProjectFiles.TestData("mlflow/3.6/sqlite/artifacts");
        await using var store = SqlMlflowStore.Open(
            new MlflowStoreOptions { TrackingUri = fixture.Uri, Relocations = [Relocation.Parse("mlflow-artifacts:/=" + artifacts)] }
        );
        var run = (await store.FindRunAsync(fixture.Run("baseline"), default))!;

        Assert.Equal($"{artifacts}/1/{run.RunId}/artifacts", store.OpenArtifacts(run.ArtifactUri).LocalRoot);
    }

    [Fact]
    public async Task A_cancelled_question_is_not_asked()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.FindRunAsync(fixture.Run("baseline"), new CancellationToken(canceled: true))
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.SetRunTagAsync(fixture.Run("baseline"), "k", "v", new CancellationToken(canceled: true))
        );
        Assert.Empty(fixture.Query("SELECT * FROM tags WHERE key = 'k'"));
    }
}
