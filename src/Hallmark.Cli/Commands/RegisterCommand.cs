using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark register</c>: makes a model version and records it, or records one that MLflow made.</summary>
internal sealed class RegisterCommand(CommandHost host)
{
    private readonly Argument<string> _model = new("name[/version]")
    {
        Description = "The registered model; with a version, record that existing one instead of making another.",
    };
    private readonly Option<string?> _run = new("--run") { Description = "The run the model came from.", HelpName = "run-id" };
    private readonly Option<string?> _path = new("--artifact-path")
    {
        Description = "The model's path below the run; found from the run's record if left out.",
        HelpName = "path",
    };
    private readonly Option<string?> _source = new("--source")
    {
        Description = "Where the files are, in place of --run: runs:/<run>/<path>, models:/m-…, or an artifact URI.",
        HelpName = "uri",
    };
    private readonly Option<bool> _mismatched = new("--allow-mismatched-artifacts")
    {
        Description = "Record a version whose files are not those of its training record. Verification will fail.",
    };

    private readonly WaitOption _wait = new();

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "register",
            "Make the next version of a registered model and record where it came from.",
            "hallmark register credit-scorer --run 447f52513232412e908f0171480fb796"
        )
        {
            _model,
            _run,
            _path,
            _source,
            _mismatched,
        };
        _wait.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        string eventId;
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            _wait.Check(result, session);
            var (name, version) = ModelName.Split(result.GetRequiredValue(_model));
            using var progress = new HashingLine(host);
            var options = new RegistrationOptions
            {
                AllowMismatchedArtifacts = result.GetValue(_mismatched),
                Hashing = new ArtifactHashing(progress, Cache: null),
            };
            var recorder = await Recorders.OpenAsync(host, session, token).ConfigureAwait(false);
            var recorded = version is not null
                ? await recorder.RecordRegistrationAsync(name, version, options, token).ConfigureAwait(false)
                : await recorder
                    .RegisterAsync(
                        name,
                        await SourceAsync(result, session, token).ConfigureAwait(false),
                        result.GetValue(_run),
                        options,
                        token
                    )
                    .ConfigureAwait(false);
            var written = await session.DrainOutboxAsync(token).ConfigureAwait(false);
            var facts = recorded.Facts;
            EventText.Write(
                host,
                result,
                session,
                $"{facts.ModelName}/{facts.ModelVersion}",
                recorded.Event,
                recorded.Entry,
                written,
                [
                    ("source", facts.Source ?? "(none)"),
                    (
                        "artifacts",
                        facts.ArtifactVerified switch
                        {
                            true => "are those of the training record",
                            false => "are NOT those of the training record",
                            _ => "could not be compared: the run has no training record",
                        }
                    ),
                ],
                $"hallmark verify model {facts.ModelName}/{facts.ModelVersion}"
            );
            eventId = recorded.Event.EventId;
        }

        return await _wait.RunAsync(host, result, eventId, token).ConfigureAwait(false);
    }

    private async Task<string> SourceAsync(ParseResult result, Session session, CancellationToken token)
    {
        if (result.GetValue(_source) is { } source)
        {
            return source;
        }

        var run =
            result.GetValue(_run)
            ?? throw new BadInputException(
                "say where the version comes from: --run RUN-ID, or --source URI",
                "to record a version that exists already: hallmark register NAME/VERSION"
            );
        return await ModelSource.FindAsync(session.OpenStore(), run, result.GetValue(_path), token).ConfigureAwait(false);
    }
}
