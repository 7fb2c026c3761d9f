using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>Nothing that MLflow wrote is missed: every file below mlruns shows up in what was read.</summary>
public sealed class CompletenessTests
{
    public static TheoryData<string> Versions => new() { "2.14", "2.22", "3.6" };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_file_of_the_store_is_accounted_for(string version)
    {
        var root = Path.Combine(new FixtureIds(version + "/file").Folder, "mlruns");
        var seen = await EverythingRead(root);
        var files = Directory
            .EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .ToHashSet();

        Assert.Equal([], files.Except(seen).Order());
        Assert.Equal([], seen.Except(files).Order());
        Assert.True(files.Count > 100);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_store_as_MLflow_left_it_with_its_empty_folders_reads_the_same(string version)
    {
        using var folder = new TemporaryFolder();
        var fixture = new FixtureIds(version + "/file").Folder;
        await using (var packed = File.OpenRead(Path.Combine(fixture, "mlruns.tar.gz")))
        await using (var tar = new GZipStream(packed, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(tar, folder.Path, overwriteFiles: false);
        }

        var extracted = Path.Combine(folder.Path, "mlruns");
        Assert.True(Directory.Exists(Path.Combine(extracted, ".trash")));
        Assert.Equal(await EverythingRead(Path.Combine(fixture, "mlruns")), await EverythingRead(extracted));
    }

    /// <summary>Reads all there is through the port, and gives the files that its values came from; each value is compared with its file.</summary>
    private static async Task<SortedSet<string>> EverythingRead(string root)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        await using var store = MlflowStores.Open(
            new MlflowStoreOptions { TrackingUri = root, Relocations = [Relocation.Parse("/srv/mlflow/mlruns=" + root)] }
        );
        foreach (var experiment in await store.ListExperimentsAsync(default))
        {
            See(experiment.Id + "/meta.yaml");
            Texts(experiment.Id + "/tags", experiment.Tags);
            await foreach (var run in store.ListRunsAsync(experiment.Id, default))
            {
                var place = experiment.Id + "/" + run.RunId;
                See(place + "/meta.yaml");
                Texts(place + "/tags", run.Tags);
                Texts(place + "/params", run.Params);
                foreach (var key in run.Metrics.Keys)
                {
                    See($"{place}/metrics/{key}");
                    var history = await store.ReadMetricHistoryAsync(run.RunId, key, default);
                    Assert.Equal(File.ReadLines(Path.Combine(root, place, "metrics", key)).Count(), history.Count);
                    Assert.Contains(run.Metrics[key], history);
                }

                await Artifacts(run.ArtifactUri, place + "/artifacts");
                Links(place + "/inputs", run.DatasetInputs.Count + run.ModelInputs.Count);
                Links(place + "/outputs", run.ModelOutputs.Count);
                foreach (var input in run.DatasetInputs)
                {
                    See(
                        Path.GetRelativePath(
                            root,
                            Directory
                                .EnumerateFiles(Path.Combine(root, experiment.Id, "datasets"), "meta.yaml", SearchOption.AllDirectories)
                                .Single(file => File.ReadAllText(file).Contains(input.Digest, StringComparison.Ordinal))
                        )
                    );
                }
            }

            foreach (var model in await store.ListLoggedModelsAsync(experiment.Id, default))
            {
                var place = $"{experiment.Id}/models/{model.ModelId}";
                See(place + "/meta.yaml");
                Texts(place + "/tags", model.Tags);
                Texts(place + "/params", model.Params);
                await Artifacts(model.ArtifactUri, place + "/artifacts");
                foreach (var metric in (await store.ReadLoggedModelMetricsAsync(model.ModelId, default)).GroupBy(point => point.Key))
                {
                    See($"{place}/metrics/{metric.Key}");
                    Assert.Equal(File.ReadLines(Path.Combine(root, place, "metrics", metric.Key)).Count(), metric.Count());
                }
            }

            await foreach (var trace in store.ListTracesAsync(experiment.Id, default))
            {
                var place = $"{experiment.Id}/traces/{trace.TraceId}";
                See(place + "/trace_info.yaml");
                Texts(place + "/tags", trace.Tags);
                Texts(place + "/request_metadata", trace.Metadata);
                await Artifacts(trace.Tags["mlflow.artifactLocation"], place + "/artifacts");
                foreach (var assessment in await store.ListAssessmentsAsync(trace.TraceId, default))
                {
                    See($"{place}/assessments/{assessment.AssessmentId}.yaml");
                }
            }
        }

        foreach (var model in await store.ListRegisteredModelsAsync(default))
        {
            Registered(model, await store.ListModelVersionsAsync(model.Name, default));
        }

        foreach (var prompt in await store.ListPromptsAsync(default))
        {
            Registered(prompt, await store.ListPromptVersionsAsync(prompt.Name, default));
        }

        return seen;

        void See(string file) => seen.Add(file);

        void Registered(RegisteredModel model, IReadOnlyList<ModelVersion> versions)
        {
            See($"models/{model.Name}/meta.yaml");
            Texts($"models/{model.Name}/tags", model.Tags);
            Texts($"models/{model.Name}/aliases", model.Aliases);
            foreach (var version in versions)
            {
                See($"models/{model.Name}/version-{version.Version}/meta.yaml");
                Texts($"models/{model.Name}/version-{version.Version}/tags", version.Tags);
            }
        }

        void Texts(string folder, IReadOnlyDictionary<string, string> values)
        {
            foreach (var (key, value) in values)
            {
                Assert.Equal(File.ReadAllBytes(Path.Combine(root, folder, key)), Encoding.UTF8.GetBytes(value));
                See(folder + "/" + key);
            }
        }

        void Links(string folder, int count)
        {
            var links = Directory.Exists(Path.Combine(root, folder)) ? Directory.GetDirectories(Path.Combine(root, folder)) : [];
            Assert.Equal(links.Length, count);
            Array.ForEach(links, link => See(Path.GetRelativePath(root, Path.Combine(link, "meta.yaml"))));
        }

        async Task Artifacts(string uri, string folder)
        {
            await foreach (var entry in store.OpenArtifacts(uri).ListFilesAsync("", default))
            {
                See(folder + "/" + entry.Path);
            }
        }
    }
}
