using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>What a scoring process gets of our environment, which these tests change for all of this process.</summary>
[Collection(AloneCollection.Name)]
public sealed class ScoringProcessEnvironmentTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact("node")]
    public async Task The_child_gets_its_own_secret_but_no_secret_of_ours_and_none_in_its_arguments()
    {
        var ours = new Dictionary<string, string>
        {
            ["ARIO_MLFLOW_SIGNING_KEY"] = "ours-1",
            ["HALLMARK_ANYTHING"] = "ours-2",
            ["MLFLOW_TRACKING_PASSWORD"] = "ours-3",
            ["SOME_API_KEY"] = "ours-4",
            ["MLFLOW_TRACKING_URI"] = "https://me:ours-5@mlflow.example",
            ["NEEDED_TOKEN"] = "passed on",
        };
        foreach (var (name, value) in ours)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        try
        {
            var options = FaultyServer.Options("environment") with { PassedVariables = ["NEEDED_TOKEN", "HALLMARK_ANYTHING"] };
            await using var runner = await FaultyServer.StartAsync(options, _folder.Path);
            var environment = (JsonObject)(await runner.RunAsync(FaultyServer.AnyInput, None)).Value!;
            Assert.DoesNotContain("ours-", environment.ToJsonString(), StringComparison.Ordinal);
            Assert.Equal("passed on", environment["NEEDED_TOKEN"]!.GetValue<string>());
            Assert.Equal("1", environment["PYTHONDONTWRITEBYTECODE"]!.GetValue<string>());
            Assert.NotNull(environment["PATH"]);
            var secret = environment[ScoringProcessOptions.SecretVariable]!.GetValue<string>();
            Assert.Equal(64, secret.Length);
            var arguments = await File.ReadAllTextAsync($"/proc/{runner.ProcessId}/cmdline");
            Assert.DoesNotContain(secret, arguments, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var name in ours.Keys)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    [PeerFact("node")]
    public async Task Without_a_command_the_mlflow_on_the_path_is_started_with_its_own_options()
    {
        // A stand-in that takes exactly what "mlflow models serve" is documented to take.
        var programs = Directory.CreateDirectory(_folder.File("bin")).FullName;
        var program = Path.Combine(programs, "mlflow");
        await File.WriteAllTextAsync(
            program,
            "#!/bin/sh\n[ \"$1 $2 $3 $5 $7 $9\" = 'models serve -m -h -p --env-manager' ] && [ \"${10}\" = local ] && [ $# = 10 ] || exit 2\n"
                + $"[ \"$6\" = 127.0.0.1 ] && exec node '{FaultyServer.Script}' where \"$8\" \"$4\"\n"
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", programs + Path.PathSeparator + path);
        try
        {
            await using var runner = await FaultyServer.StartAsync(new ScoringProcessOptions(), _folder.Path);
            Assert.Equal(_folder.Path, (await runner.RunAsync(FaultyServer.AnyInput, None)).Value!["model"]!.GetValue<string>());
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }
}
