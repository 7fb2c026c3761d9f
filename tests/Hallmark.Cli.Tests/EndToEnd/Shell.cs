using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>Runs the real commands in this process, as somebody would type them, with a home of the test's own.</summary>
/// <param name="home">HALLMARK_HOME.</param>
/// <param name="trackingUri">MLFLOW_TRACKING_URI.</param>
/// <param name="always">Options that every command gets.</param>
internal sealed class Shell(string home, string trackingUri, params string[] always)
{
    /// <summary>HALLMARK_HOME.</summary>
    public string Home { get; } = home;

    /// <summary>Runs a command.</summary>
    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HALLMARK_HOME"] = Home,
            ["HOME"] = Home,
            ["MLFLOW_TRACKING_URI"] = trackingUri,
        };
        var terminal = new Terminal(output, error, isOutputTerminal: false, isErrorTerminal: false, environment);
        var code = await new HallmarkProgram(terminal, TimeProvider.System).RunAsync([.. arguments, .. always], CancellationToken.None);
        return new Outcome(string.Join(' ', arguments), code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must end with 0.</summary>
    public async Task<Outcome> DoneAsync(params string[] arguments) => (await RunAsync(arguments)).Ended(0);

    /// <summary>Runs a command that must end with 1: what was asked about does not verify.</summary>
    public async Task<Outcome> RefusedAsync(params string[] arguments) => (await RunAsync(arguments)).Ended(1);
}
