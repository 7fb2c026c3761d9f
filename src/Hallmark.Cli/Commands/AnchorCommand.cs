using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Home;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark anchor run|dataset|file</c>.</summary>
internal sealed class AnchorCommand(CommandHost host)
{
    private const int MaxMetadataInBytes = 1 << 20;

    private readonly Option<FileInfo?> _metadata = new("--metadata")
    {
        Description = "A JSON object whose members are added to the record.",
        HelpName = "file",
    };

    private readonly WaitOption _wait = new();

    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand(
            "anchor",
            "Record a training run, a dataset or a file: signed, logged, and written back.",
            "hallmark anchor run 447f52513232412e908f0171480fb796"
        )
        {
            CreateRun(),
            CreateContent("dataset", isDataset: true),
            CreateContent("file", isDataset: false),
        };

    private HallmarkCommand CreateRun()
    {
        var run = new Argument<string>("run-id") { Description = "The run's id: 32 hex digits." };
        var path = new Option<string?>("--artifact-path")
        {
            Description = "The model's path below the run, where it cannot be told from the run.",
            HelpName = "path",
        };
        var empty = new Option<bool>("--allow-empty-dataset-inputs")
        {
            Description = "Record a run that names no dataset: the proof then says nothing about what it was trained on.",
        };
        var command = new HallmarkCommand(
            "run",
            "Record a training run with its parameters, metrics, datasets and files.",
            "hallmark anchor run 447f52513232412e908f0171480fb796"
        )
        {
            run,
            path,
            empty,
            _metadata,
        };
        _wait.AddTo(command);
        command.SetAction(
            async (result, token) =>
            {
                string eventId;
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    _wait.Check(result, session);
                    using var progress = new HashingLine(host);
                    var options = new TrainingOptions
                    {
                        ArtifactPath = result.GetValue(path),
                        AllowEmptyDatasetInputs = result.GetValue(empty),
                        Metadata = ReadMetadata(result),
                        Hashing = new ArtifactHashing(progress, Cache: null),
                    };
                    var recorder = await Recorders.OpenAsync(host, session, token).ConfigureAwait(false);
                    var recorded = await recorder.RecordTrainingAsync(result.GetRequiredValue(run), options, token).ConfigureAwait(false);
                    var written = await session.DrainOutboxAsync(token).ConfigureAwait(false);
                    WriteTraining(result, session, recorded, written);
                    eventId = recorded.Training.Event.EventId;
                }

                return await _wait.RunAsync(host, result, eventId, token).ConfigureAwait(false);
            }
        );
        return command;
    }

    private HallmarkCommand CreateContent(string kind, bool isDataset)
    {
        var path = new Argument<string>("path") { Description = isDataset ? "The dataset's file or folder." : "The file." };
        var name = new Option<string?>("--name")
        {
            Description = "The name to record it under; the file's or folder's own if left out.",
            HelpName = "name",
        };
        var command = new HallmarkCommand(
            kind,
            isDataset ? "Commit to the content of a dataset: every file of it." : "Commit to the content of a file.",
            isDataset ? "hallmark anchor dataset ./data/train --name credit-train" : "hallmark anchor file ./report.pdf"
        )
        {
            path,
            name,
            _metadata,
        };
        _wait.AddTo(command);
        command.SetAction(
            async (result, token) =>
            {
                string eventId;
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    _wait.Check(result, session);
                    var metadata = ReadMetadata(result);
                    using var progress = new HashingLine(host);
                    var facts = await ContentReading
                        .ReadAsync(result.GetRequiredValue(path), result.GetValue(name), isDataset, progress, token)
                        .ConfigureAwait(false);
                    var recorder = await Recorders.OpenContentAsync(host, session, token).ConfigureAwait(false);
                    var recorded = await recorder
                        .RecordAsync(facts, new RecordOptions { Metadata = metadata }, token)
                        .ConfigureAwait(false);
                    var written = await session.DrainOutboxAsync(token).ConfigureAwait(false);
                    EventText.Write(
                        host,
                        result,
                        session,
                        $"{kind} {facts.Name}",
                        recorded.Event,
                        recorded.Entry,
                        written,
                        [
                            ("digest", $"sha256 {facts.Digest}"),
                            (
                                "content",
                                $"{facts.Checksums.Count} {(facts.Checksums.Count == 1 ? "file" : "files")}, {Units.Size(facts.SizeInBytes)}"
                            ),
                        ],
                        $"hallmark verify {kind} {(isDataset ? $"{facts.Name} {result.GetRequiredValue(path)}" : result.GetRequiredValue(path))}"
                    );
                    eventId = recorded.Event.EventId;
                }

                return await _wait.RunAsync(host, result, eventId, token).ConfigureAwait(false);
            }
        );
        return command;
    }

    private JsonObject? ReadMetadata(ParseResult result)
    {
        if (result.GetValue(_metadata) is not { } file)
        {
            return null;
        }

        if (!file.Exists || file.Length > MaxMetadataInBytes)
        {
            throw new BadInputException(
                file.Exists ? $"{file} is larger than 1 MB" : $"there is no file {file}",
                "--metadata takes a file with one JSON object"
            );
        }

        try
        {
            return StrictJson.Parse(File.ReadAllBytes(file.FullName)) as JsonObject
                ?? throw new BadInputException($"{file} is not a JSON object", "--metadata takes a file with one JSON object");
        }
        catch (JsonRejectedException refusal)
        {
            throw new BadInputException($"{file} is not JSON: {refusal.Message}", refusal, "--metadata takes a file with one JSON object");
        }
    }

    private void WriteTraining(ParseResult result, Session session, RecordedTraining recorded, OutboxReport written)
    {
        var artifacts = recorded.Training.Artifacts;
        var files =
            artifacts.Status is ArtifactStatus.Hashed
                ? $"{artifacts.Checksums.Count} files under {recorded.Training.ArtifactPath}, {Units.Size(artifacts.Sizes.Values.Sum())}"
                : artifacts.StatusText + (artifacts.Error is null ? "" : $": {artifacts.Error}");
        var datasets =
            recorded.Datasets.Length == 0
                ? "none"
                : $"{recorded.Datasets.Length}, entries {string.Join(", ", recorded.Datasets.Select(entry => entry.Index))}";
        EventText.Write(
            host,
            result,
            session,
            $"run {recorded.Training.RunId}",
            recorded.Training.Event,
            recorded.Entry,
            written,
            [("artifacts", files), ("datasets", datasets)],
            $"hallmark verify run {recorded.Training.RunId}"
        );
    }
}
