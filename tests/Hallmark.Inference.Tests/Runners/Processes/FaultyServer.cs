using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>Scoring processes of <c>faulty-server.mjs</c>, each with one way to misbehave.</summary>
internal static class FaultyServer
{
    public static readonly string Script = Path.Combine(
        ProjectFiles.Root,
        "tests/Hallmark.Inference.Tests/Runners/Processes/faulty-server.mjs"
    );

    /// <summary>Options whose pauses are short; the start may take as long as a busy machine needs.</summary>
    public static ScoringProcessOptions Options(string mode, string place = "{port}") =>
        new()
        {
            Command = ["node", Script, mode, place, "{model}"],
            FirstPause = TimeSpan.FromMilliseconds(50),
            LongestPause = TimeSpan.FromSeconds(5),
            StartTimeout = TimeSpan.FromMinutes(10),
            StopTimeout = TimeSpan.FromMinutes(2),
        };

    public static async Task<ScoringProcessRunner> StartAsync(ScoringProcessOptions options, string folder, TimeProvider? time = null) =>
        (ScoringProcessRunner)
            await new ScoringProcessRunnerFactory(options, time ?? TimeProvider.System).StartAsync(
                new ModelFolder(folder, null),
                CancellationToken.None
            );

    public static Task<ScoringProcessRunner> StartAsync(string mode, string folder) => StartAsync(Options(mode), folder);

    /// <summary>Any input.</summary>
    public static ModelInput AnyInput => new(InputForm.Instances, JsonNode.Parse("[[1.5]]"));
}
