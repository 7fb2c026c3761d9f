using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>How a scoring process is started, and what is said where it does not start.</summary>
public sealed class ScoringProcessStartTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact("node")]
    public async Task A_process_that_dies_at_once_is_an_error_with_its_last_lines_and_without_its_secret()
    {
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => FaultyServer.StartAsync("dies", _folder.Path));
        Assert.Contains("exit code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("  line 60", failure.Hints);
        Assert.Contains("  line 12", failure.Hints);
        Assert.DoesNotContain("  line 10", failure.Hints);
        Assert.Contains(failure.Hints, line => line.Contains("the secret is [secret]", StringComparison.Ordinal));
        Assert.DoesNotContain(string.Concat(failure.Hints), char.IsControl);
        Assert.Equal(3, failure.ExitCode);
    }

    [PeerFact("node")]
    public async Task A_process_that_never_gets_ready_is_given_up_and_killed()
    {
        foreach (var (mode, words) in new[] { ("unready", "HTTP 503"), ("deaf", "nothing answers") })
        {
            var options = FaultyServer.Options(mode) with { StartTimeout = TimeSpan.FromSeconds(3) };
            var failure = await Assert.ThrowsAsync<ModelRunException>(() => FaultyServer.StartAsync(options, _folder.Path));
            Assert.Contains("not ready within 3 s", failure.Message, StringComparison.Ordinal);
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Processes(_folder.Path));
    }

    [PeerFact("node")]
    public async Task A_caller_who_gives_up_while_it_starts_leaves_no_process_behind()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));
        var factory = new ScoringProcessRunnerFactory(FaultyServer.Options("deaf"), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            factory.StartAsync(new ModelFolder(_folder.Path, null), patience.Token)
        );
        Assert.Empty(Processes(_folder.Path));
    }

    [PeerFact("node")]
    public async Task A_process_without_ping_is_asked_for_its_health_and_one_that_talks_all_the_time_is_listened_to()
    {
        await using var silent = await FaultyServer.StartAsync("no-ping", _folder.Path);
        await using var chatty = await FaultyServer.StartAsync("chatty", _folder.Path);
        await ProcessTable.UntilAsync(() => chatty.LastLines[^1].EndsWith("19999", StringComparison.Ordinal), "nobody listened to the end");
        Assert.Equal(50, chatty.LastLines.Count);
    }

    [PeerFact("node")]
    public async Task A_process_that_listens_to_the_whole_network_is_not_used()
    {
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => FaultyServer.StartAsync("everywhere", _folder.Path));
        Assert.Contains("more than the loopback interface", failure.Message, StringComparison.Ordinal);
        Assert.Contains(failure.Hints, hint => hint.Contains("{host}", StringComparison.Ordinal));
    }

    [PeerFact("node")]
    public async Task Whoever_answers_at_the_port_in_the_childs_place_is_not_asked_for_predictions()
    {
        // The child listens elsewhere; at the port that it was given somebody else answers every question.
        var asked = 0;
        using var stop = new CancellationTokenSource();
        var taken = new TaskCompletionSource<int>();
        var impostor = Task.Run(async () =>
        {
            var port = await taken.Task;
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            while (!stop.IsCancellationRequested)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                var buffer = new byte[4096];
                var length = await client.GetStream().ReadAsync(buffer, stop.Token);
                asked += buffer.AsSpan(0, length).IndexOf("invocations"u8) >= 0 ? 1 : 0;
                await client
                    .GetStream()
                    .WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n\n"u8.ToArray(), stop.Token);
            }
        });
        var script = _folder.File("late.sh");
        var note = _folder.File("port");
        await File.WriteAllTextAsync(
            script,
            $"{{ cat '{note}' 2>/dev/null; echo \"$1\"; }} > '{note}.part'; mv '{note}.part' '{note}'; exec sleep 600\n"
        );
        var options = FaultyServer.Options("") with
        {
            Command = ["/bin/sh", script, "{port}", "{model}"],
            StartTimeout = TimeSpan.FromSeconds(4),
        };
        var starting = FaultyServer.StartAsync(options, _folder.Path);
        await ProcessTable.UntilAsync(() => File.Exists(note), "the child did not start");
        taken.SetResult(int.Parse((await File.ReadAllLinesAsync(note))[0], System.Globalization.CultureInfo.InvariantCulture));
        await Assert.ThrowsAsync<ModelRunException>(() => starting);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impostor);
        Assert.Equal(0, asked);
        Assert.True((await File.ReadAllLinesAsync(note)).Length > 1, "no other port was tried");
    }

    [PeerFact("node")]
    public async Task Many_processes_at_once_find_each_a_port_of_its_own()
    {
        var runners = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => FaultyServer.StartAsync("where", _folder.Path)));
        var answers = await Task.WhenAll(runners.Select(runner => runner.RunAsync(FaultyServer.AnyInput, None)));
        Assert.Equal(runners.Select(runner => runner.ProcessId), answers.Select(answer => (int?)answer.Value!["pid"]!.GetValue<int>()));
        await Task.WhenAll(runners.Select(runner => runner.DisposeAsync().AsTask()));
    }

    [PeerFact("node")]
    public async Task A_socket_lies_where_this_user_alone_can_enter()
    {
        string socket;
        await using (var runner = await FaultyServer.StartAsync(FaultyServer.Options("where", "{socket}"), _folder.Path))
        {
            var answer = await runner.RunAsync(FaultyServer.AnyInput, None);
            socket = answer.Value!["args"]![3]!.GetValue<string>();
            Assert.True(File.Exists(socket));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                    File.GetUnixFileMode(Path.GetDirectoryName(socket)!)
                );
            }
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(socket)));
    }

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
    public async Task Each_request_carries_the_secret_that_the_child_can_demand()
    {
        await using var runner = await FaultyServer.StartAsync("secret", _folder.Path);
        Assert.Equal("told", (await runner.RunAsync(FaultyServer.AnyInput, None)).Value!.GetValue<string>());
    }

    [PeerFact("node")]
    public async Task Arguments_are_never_read_by_a_shell()
    {
        var folder = Directory.CreateDirectory(_folder.File("$(touch marker) ; `id` \"' *")).FullName;
        await using var runner = await FaultyServer.StartAsync("where", folder);
        var answer = await runner.RunAsync(FaultyServer.AnyInput, None);
        Assert.Equal(folder, answer.Value!["model"]!.GetValue<string>());
        Assert.NotEqual(folder, answer.Value["folder"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var options = new ScoringProcessOptions { Command = ["no-such-program-anywhere", "{model}", "{port}"] };
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => FaultyServer.StartAsync(options, _folder.Path));
        Assert.Contains("\"no-such-program-anywhere\"", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hints);
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("serve")]
    [InlineData("serve", "{port}")]
    [InlineData("serve", "{model}")]
    [InlineData("serve", "{model}", "{port}", "{socket}")]
    [InlineData("serve", "{model}\0", "{port}")]
    public void A_command_that_does_not_take_the_model_or_say_where_to_listen_is_refused(params string[] command) =>
        Assert.Throws<BadInputException>(() =>
            new ScoringProcessRunnerFactory(new ScoringProcessOptions { Command = command }, TimeProvider.System)
        );

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

    [Fact]
    public void Mlflow_serves_what_has_the_python_function_flavor_and_a_command_of_the_users_anything()
    {
        var mlflow = new ScoringProcessRunnerFactory(new ScoringProcessOptions(), TimeProvider.System);
        Assert.True(mlflow.CanRun(Described("""{"flavors":{"python_function":{},"sklearn":{}}}""")));
        Assert.False(mlflow.CanRun(Described("""{"flavors":{"onnx":{}}}""")));
        Assert.False(mlflow.CanRun(Described("""{"flavors":null}""")));
        Assert.False(mlflow.CanRun(new ModelFolder(_folder.Path, null)));
        Assert.True(new ScoringProcessRunnerFactory(FaultyServer.Options("where"), TimeProvider.System).CanRun(new ModelFolder("/", null)));
        Assert.Equal("process", mlflow.Kind);
    }

    private static ModelFolder Described(string json) => new("/", (JsonObject)JsonNode.Parse(json)!);

    private static string[] Processes(string model) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
                .Where(folder => CommandLine(folder).Contains(model, StringComparison.Ordinal)),
        ];

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
