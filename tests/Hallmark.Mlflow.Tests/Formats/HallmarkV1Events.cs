using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;

namespace Hallmark.Mlflow.Tests.Formats;

/// <summary>The life of one small model, recorded with a fixed key, fixed ids and a fixed clock: the events that testdata/hallmark/hallmark-v1.json holds.</summary>
internal static class HallmarkV1Events
{
    private const string FirstRun = "0af7651916cd43dd8448eb211c80319c";
    private const string SecondRun = "b7ad6b7169203331aa17eb211c80319c";
    private const string Model = "credit-scorer";

    /// <summary>The points of each metric, by run.</summary>
    public static IReadOnlyDictionary<(string RunId, string Key), MetricPoint[]> Histories { get; } =
        new Dictionary<(string, string), MetricPoint[]>
        {
            [(FirstRun, "loss")] = [new(0.5, 1_772_366_400_000, 0), new(0.1 + 0.2, 1_772_366_401_000, 1), new(0.25, 1_772_366_402_000, 2)],
            [(FirstRun, "val/acc")] = [new(0.913, 1_772_366_402_000, 7)],
            // Out of order, two points at one time and step, negative and huge steps, a timestamp beyond 2^53, and everything that is no number.
            [(SecondRun, "loss")] =
            [
                new(double.NaN, 1_772_366_500_000, 3),
                new(1e-7, 1_772_366_500_000, 3),
                new(double.PositiveInfinity, 1_772_366_499_000, 1_099_511_627_776),
                new(double.NegativeInfinity, 1_772_366_499_000, -5),
                new(-0.0, 9_007_199_254_740_993, 0),
                new(1.7976931348623157e308, 1_772_366_498_000, 2),
            ],
            [(SecondRun, "up")] = [new(double.PositiveInfinity, 1_772_366_500_000, 0)],
            [(SecondRun, "down")] = [new(double.NegativeInfinity, 1_772_366_500_000, 0)],
        };

    /// <summary>Records everything, each event under the name of its vector.</summary>
    public static async Task<IReadOnlyList<(string Id, PreparedEvent Event)>> RecordAsync(ISigner signer)
    {
        var store = Store();
        var clock = new ScriptedClock();
        var log = new MemoryEventLog();
        var recorder = new MlflowEventRecorder(store, signer, log, clock, clock, new RecorderOptions { MarksStore = false });
        var contents = new ContentRecorder(signer, log, clock, clock);
        var events = new List<(string, PreparedEvent)>();
        var none = CancellationToken.None;

        var content = new ContentFacts(
            "loans",
            true,
            true,
            Checksums(("2026/märz.csv", "a,b\n1,2\n"), ("2026/empty.csv", ""), (".hidden", "\0")),
            9
        );
        events.Add(("dataset-content-folder", (await contents.RecordAsync(content, new RecordOptions(), none)).Event));
        var file = new ContentFacts("loans.csv", true, false, Checksums(("loans.csv", "a,b\n1,2\n")), 8);
        events.Add(("dataset-content-file", (await contents.RecordAsync(file, new RecordOptions(), none)).Event));
        var card = new ContentFacts("model card \"v1\"", false, false, Checksums(("card.md", "# Card\n")), 7);
        var metadata = new RecordOptions
        {
            Metadata = new JsonObject
            {
                ["ticket"] = "RISK-77",
                ["kind"] = "dropped: the record has that name",
                ["weight"] = 0.1,
            },
        };
        events.Add(("file-anchored", (await contents.RecordAsync(card, metadata, none)).Event));

        var first = await recorder.RecordTrainingAsync(FirstRun, new TrainingOptions(), none);
        events.Add(("dataset", first.Training.Datasets[0]));
        events.Add(("training", first.Training.Event));
        events.Add(("registration", (await recorder.RecordRegistrationAsync(Model, "1", new RegistrationOptions(), none)).Event));
        events.Add(
            ("stage-transition", (await recorder.TransitionStageAsync(Model, "1", "Production", false, new RecordOptions(), none))[0].Event)
        );
        events.Add(("alias-set", (await recorder.SetAliasAsync(Model, "champion", "1", new RecordOptions(), none)).Event));

        var second = await recorder.RecordTrainingAsync(SecondRun, new TrainingOptions(), none);
        events.Add(("training-not-finite", second.Training.Event));
        events.Add(("registration-second", (await recorder.RecordRegistrationAsync(Model, "2", new RegistrationOptions(), none)).Event));
        events.Add(("alias-moved", (await recorder.SetAliasAsync(Model, "champion", "2", new RecordOptions(), none)).Event));

        // A version that nobody recorded: its alias begins at GENESIS.
        store.Versions.Add(
            new ModelVersion
            {
                Name = Model,
                Version = "3",
                Source = "s3://elsewhere/model",
            }
        );
        events.Add(("alias-without-registration", (await recorder.SetAliasAsync(Model, "größe", "3", new RecordOptions(), none)).Event));
        return events;
    }

    private static MemoryMlflowStore Store()
    {
        var store = new MemoryMlflowStore();
        foreach (var ((runId, key), points) in Histories)
        {
            store.Histories[(runId, key)] = [.. points];
        }

        var dataset = new DatasetInput(
            "loans",
            "a1b2c3d4",
            "local",
            "{\"uri\": \"/data/loans.csv\"}",
            "{\"mlflow_colspec\": [{\"type\": \"double\", \"name\": \"a\"}]}",
            null,
            new Dictionary<string, string> { ["mlflow.data.context"] = "training" }
        );
        AddRun(store, FirstRun, new() { ["max_iter"] = "200", ["größe"] = "n" }, dataset, "weights of the first run");
        AddRun(store, SecondRun, new() { ["max_iter"] = "400" }, dataset, "weights of the second run");
        store.Models[Model] = new RegisteredModel(Model, "", new Dictionary<string, string>(), new Dictionary<string, string>());
        store.Versions.Add(
            new ModelVersion
            {
                Name = Model,
                Version = "1",
                Source = $"runs:/{FirstRun}/model",
                RunId = FirstRun,
            }
        );
        store.Versions.Add(
            new ModelVersion
            {
                Name = Model,
                Version = "2",
                Source = $"runs:/{SecondRun}/model",
                RunId = SecondRun,
            }
        );
        return store;
    }

    private static void AddRun(
        MemoryMlflowStore store,
        string runId,
        Dictionary<string, string> parameters,
        DatasetInput dataset,
        string weights
    )
    {
        var latest = Histories
            .Where(pair => pair.Key.RunId == runId)
            .ToDictionary(pair => pair.Key.Key, pair => pair.Value.MaxBy(point => point.Step), StringComparer.Ordinal);
        store.Runs[runId] = new MlflowRun
        {
            RunId = runId,
            ExperimentId = "1",
            Status = "FINISHED",
            ArtifactUri = "memory:/runs/" + runId,
            Params = parameters,
            Metrics = latest,
            Tags = new Dictionary<string, string>
            {
                ["mlflow.source.name"] = "train.py",
                ["mlflow.source.git.commit"] = "9fceb02d0ae598e95dc970b74767f19372d61af8",
            },
            DatasetInputs = [dataset],
        };
        store.ArtifactsOf(runId).Files["model/MLmodel"] = Encoding.UTF8.GetBytes("flavors: {}\n");
        store.ArtifactsOf(runId).Files["model/weights.bin"] = Encoding.UTF8.GetBytes(weights);
    }

    private static ImmutableSortedDictionary<string, string> Checksums(params (string Path, string Content)[] files) =>
        files.ToImmutableSortedDictionary(
            file => file.Path,
            file => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(file.Content))),
            StringComparer.Ordinal
        );
}
