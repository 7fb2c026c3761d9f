using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Events;

public sealed class UnknownPlaceTests
{
    private const string Tuned = "881f3dedcc6846dab35f536d068c2583";

    [Fact]
    public async Task A_store_that_was_moved_is_not_recorded_as_one_without_artifacts()
    {
        using var folder = new TemporaryFolder();
        var mlruns = folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        await using var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = mlruns });
        var run = await store.FindRunAsync(Tuned, default) ?? throw new InvalidOperationException("no such run");
        var fault = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            RunArtifacts.HashAsync(store, run, "iris-classifier", ArtifactHashing.Plain, default)
        );
        Assert.Contains("/srv/mlflow", fault.Message, StringComparison.Ordinal);
        Assert.Contains(fault.Hints, hint => hint.Contains("--relocate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_folder_that_somebody_removed_is_a_finding_and_not_out_of_reach()
    {
        using var folder = new TemporaryFolder();
        var mlruns = folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        await using var store = MlflowStores.Open(
            new MlflowStoreOptions
            {
                TrackingUri = mlruns,
                Relocations = [Hallmark.Mlflow.Artifacts.Relocation.Parse("/srv/mlflow/mlruns=" + mlruns)],
            }
        );
        var run = await store.FindRunAsync(Tuned, default) ?? throw new InvalidOperationException("no such run");
        var model = Assert.Single(await RunArtifacts.ListLoggedModelsAsync(store, run, default));
        Directory.Delete(Path.Combine(mlruns, run.ExperimentId, "models", model.ModelId, "artifacts"), recursive: true);
        var snapshot = await RunArtifacts.HashAsync(store, run, "iris-classifier", ArtifactHashing.Plain, default);
        Assert.Empty(snapshot.Checksums);
    }
}
