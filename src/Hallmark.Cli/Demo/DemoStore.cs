using System.Formats.Tar;
using System.IO.Compression;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Cli.Demo;

/// <summary>A copy of a small store that a real MLflow 3.6 wrote (testdata/mlflow/3.6/file), unpacked into a folder of the demo's own.</summary>
internal sealed record DemoStore(string Folder, string RunId, string ModelId, string ExperimentFolder)
{
    /// <summary>The model that the store's run is registered as.</summary>
    public const string ModelName = "iris-classifier";

    /// <summary>What the artifact URIs in the store begin with; they lie elsewhere now.</summary>
    public const string OldPlace = "/srv/mlflow/mlruns";
    private const string RunName = "logreg-tuned";

    /// <summary>The run's folder.</summary>
    public string RunFolder => Path.Combine(ExperimentFolder, RunId);

    /// <summary>The model's files.</summary>
    public string ModelFolder => Path.Combine(ExperimentFolder, "models", ModelId, "artifacts");

    /// <summary>Unpacks the store below a folder and finds the run that the demo is about.</summary>
    public static async Task<DemoStore> UnpackAsync(string below, TimeProvider time, CancellationToken cancellationToken)
    {
        var resource =
            typeof(DemoStore).Assembly.GetManifestResourceStream("demo-store.tar.gz")
            ?? throw new InvalidOperationException("the demo's store is not in the program");
        await using (resource.ConfigureAwait(false))
        {
            var unzipped = new GZipStream(resource, CompressionMode.Decompress);
            await using (unzipped.ConfigureAwait(false))
            {
                await TarFile.ExtractToDirectoryAsync(unzipped, below, overwriteFiles: false, cancellationToken).ConfigureAwait(false);
            }
        }

        var folder = Path.Combine(below, "mlruns");
        var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = folder, Time = time });
        await using (store.ConfigureAwait(false))
        {
            foreach (var experiment in await store.ListExperimentsAsync(cancellationToken).ConfigureAwait(false))
            {
                await foreach (var run in store.ListRunsAsync(experiment.Id, cancellationToken).ConfigureAwait(false))
                {
                    if (run.RunName == RunName)
                    {
                        return new DemoStore(folder, run.RunId, run.ModelOutputs[0].ModelId, Path.Combine(folder, experiment.Id));
                    }
                }
            }
        }

        throw new InvalidOperationException($"the demo's store has no run {RunName}");
    }
}
