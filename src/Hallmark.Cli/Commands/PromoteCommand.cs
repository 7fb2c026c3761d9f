using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark promote</c>: moves a version to a stage, or points an alias at it, and records that.</summary>
internal sealed class PromoteCommand(CommandHost host)
{
    private readonly Argument<string> _model = new("name/version") { Description = "The model version." };
    private readonly Option<string?> _stage = new("--stage") { Description = "None, Staging, Production or Archived.", HelpName = "stage" };
    private readonly Option<string?> _alias = new("--alias") { Description = "The alias to point at the version.", HelpName = "alias" };
    private readonly Option<bool> _archive = new("--archive-existing")
    {
        Description = "With --stage: archive the versions that are in that stage now, and record that too.",
    };

    private readonly WaitOption _wait = new();

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "promote",
            "Move a model version to a stage, or point an alias at it, and record that.",
            "hallmark promote credit-scorer/3 --alias champion"
        )
        {
            _model,
            _stage,
            _alias,
            _archive,
        };
        _wait.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var (name, version) = ModelName.SplitWhole(result.GetRequiredValue(_model));
        var (stage, alias) = (result.GetValue(_stage), result.GetValue(_alias));
        if (stage is null == alias is null)
        {
            throw new BadInputException(
                "say one of --stage and --alias",
                $"hallmark promote {name}/{version} --stage Production",
                $"hallmark promote {name}/{version} --alias champion"
            );
        }

        string eventId;
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            _wait.Check(result, session);
            var recorder = await Recorders.OpenAsync(host, session, token).ConfigureAwait(false);
            var recorded = alias is not null
                ? [await recorder.SetAliasAsync(name, alias, version, new RecordOptions(), token).ConfigureAwait(false)]
                : await recorder
                    .TransitionStageAsync(name, version, stage!, result.GetValue(_archive), new RecordOptions(), token)
                    .ConfigureAwait(false); // one of the two is set
            var written = await session.DrainOutboxAsync(token).ConfigureAwait(false);
            var promoted = recorded[0];
            List<(string, string)> facts = alias is not null
                ? [("alias", $"{alias} → version {version}")]
                : [("stage", $"{promoted.Event.Payload["from_stage"]} → {promoted.Event.Payload["to_stage"]}")];
            facts.AddRange(
                recorded.Skip(1).Select(other => ("archived", $"version {other.Event.Payload["model_version"]}, entry {other.Entry.Index}"))
            );
            EventText.Write(
                host,
                result,
                session,
                $"{name}/{version}",
                promoted.Event,
                promoted.Entry,
                written,
                facts,
                $"hallmark audit {name}/{version}",
                promoted.WasRecorded
            );
            eventId = promoted.Event.EventId;
        }

        return await _wait.RunAsync(host, result, eventId, token).ConfigureAwait(false);
    }
}
