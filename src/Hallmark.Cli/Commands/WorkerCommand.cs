using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Home.Settings;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark worker</c>: brings to the world what other commands recorded, for as long as it runs.</summary>
internal sealed class WorkerCommand(CommandHost host)
{
    private readonly Option<string> _poll = new("--poll")
    {
        Description = "The pause between two looks for work: 1s to 1h.",
        HelpName = "time",
        DefaultValueFactory = _ => "2s",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "worker",
            "Do the outbox's work as it becomes due, until stopped (Ctrl+C, SIGTERM). Other commands can run beside it.",
            "hallmark worker"
        )
        {
            _poll,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var text = result.GetValue(_poll);
        if (!DurationText.TryParse(text, out var poll) || poll < TimeSpan.FromSeconds(1) || poll > TimeSpan.FromHours(1))
        {
            throw new BadInputException($"\"{text}\" is not a pause from 1s to 1h", "hallmark worker --poll 2s");
        }

        HomeFolder home;
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            home = session.Home;
            var anchors = session.Anchors.Count == 0 ? "no anchors" : string.Join(", ", session.Anchors.Select(anchor => anchor.Name));
            host.Terminal.Error.WriteLine($"working on {PlainText.Of(home.Path)} ({PlainText.Of(anchors)}); Ctrl+C stops");
        }

        var gate = new Lock();
        await new OutboxWorker(() => host.OpenSession(result), home, poll, host.Time)
            .RunAsync(
                step =>
                {
                    lock (gate)
                    {
                        Write(result, step);
                    }
                },
                complaint => host.Terminal.Error.WriteLine($"not now: {PlainText.Of(complaint)}"),
                token
            )
            .ConfigureAwait(false);
        host.Terminal.Error.WriteLine("stopped; what was not done is in the outbox for the next start");
        return 0;
    }

    private void Write(ParseResult result, OutboxStep step)
    {
        var now = Units.Time(host.Time.GetUtcNow());
        host.Terminal.Out.WriteLine(
            CommandHost.WantsJson(result)
                ? new JsonObject
                {
                    ["time"] = now,
                    ["kind"] = step.Work.Kind,
                    ["state"] =
                        step.Failure is not null ? (step.Failure is BadInputException ? "given_up" : "to_do")
                        : step.Result?.Pause is not null ? "waiting"
                        : "done",
                    ["remark"] = step.Result?.Remark ?? (step.Failure as HallmarkException)?.Message,
                }.ToJsonString()
                : $"{now}  {PlainText.Of(step.Describe())}"
        );
        host.Terminal.Out.Flush();
    }
}
