using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Mlflow.ArioCommandLine;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark ario</c>: the command line of <c>ar-io-mlflow</c>, answer for answer (mlflow-events.md §17).</summary>
internal sealed class ArioFamilyCommand(CommandHost host)
{
    private readonly Argument<string[]> _words = new("arguments")
    {
        Description = "verify run ID, verify model NAME/VERSION, verify trace ID, or audit NAME/VERSION.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _format = new("--format") { Description = "Of an audit: text or json.", HelpName = "format" };

    private readonly Option<string?> _output = new("--output") { Description = "The file for an audit bundle.", HelpName = "file" };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "ario",
            "Answer as the command line of ar-io-mlflow does, from gateways and the verification service. It asks less than hallmark verify, and writes tags.",
            "hallmark ario verify run 881f3dedcc6846dab35f536d068c2583"
        )
        {
            _words,
            _format,
            _output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        List<string> words = [.. result.GetValue(_words) ?? []];
        foreach (var option in new[] { _format, _output })
        {
            if (result.GetValue(option) is { } value)
            {
                words.Add($"{option.Name}={value}");
            }
        }

        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var sources = session.FindFamilySources();
            var store = session.OpenStore();
            var options = new ArioCommandOptions
            {
                MinimumLevel = sources.MinimumLevel,
                UsesColour = host.Terminal.UsesColour,
                TrackingUri = store.TrackingUri,
            };
            var answer = await new ArioCommand(store, sources.Envelopes, sources.Attestations, host.Time, options)
                .RunAsync(words, token)
                .ConfigureAwait(false);
            await answer.ApplyAsync(store, token).ConfigureAwait(false);
            host.Terminal.Out.Write(answer.Output);
            host.Terminal.Error.Write(answer.ErrorOutput);
            return answer.ExitCode;
        }
    }
}
