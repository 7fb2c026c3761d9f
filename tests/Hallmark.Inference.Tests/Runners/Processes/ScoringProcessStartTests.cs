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

        // The secret was written last, to the other stream.
        string[] lines = ["its last lines:", .. Enumerable.Range(12, 49).Select(static number => $"  line {number}")];
        Assert.Equal(lines, failure.Hints.SkipLast(1));
        Assert.StartsWith("  the secret is [secret]", failure.Hints[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(string.Concat(failure.Hints), char.IsControl);
        Assert.Equal(3, failure.ExitCode);
    }

    [PeerFact("node")]
    public async Task A_process_that_never_gets_ready_is_given_up_and_killed()
    {
        var options = FaultyServer.Options("deaf") with { StartTimeout = TimeSpan.FromSeconds(1) };
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => FaultyServer.StartAsync(options, _folder.Path));
        Assert.Contains("not ready within 1 s: nothing answers", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Processes(_folder.Path));

        // Who asks a second time has read the first answer.
        var clock = new TestClock();
        var starting = FaultyServer.StartAsync(FaultyServer.Options("unready"), _folder.Path, clock);
        var pings = new FileInfo(_folder.File("pings"));
        await ProcessTable.UntilAsync(
            () =>
            {
                pings.Refresh();
                return pings is { Exists: true, Length: > 1 };
            },
            "it was not asked twice"
        );
        clock.Advance(TimeSpan.FromMinutes(10));
        failure = await Assert.ThrowsAsync<ModelRunException>(() => starting);
        Assert.Contains("not ready within 600 s: it answers HTTP 503", failure.Message, StringComparison.Ordinal);
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
            try
            {
                listener.Start();
            }
            catch (SocketException)
            {
                // Somebody else was faster yet, and is the impostor.
                return;
            }

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
        var clock = new TestClock();
        var options = FaultyServer.Options("") with { Command = ["/bin/sh", script, "{port}", "{model}"] };
        var starting = FaultyServer.StartAsync(options, _folder.Path, clock);
        await ProcessTable.UntilAsync(() => File.Exists(note), "the child did not start");
        taken.SetResult(int.Parse((await File.ReadAllLinesAsync(note))[0], System.Globalization.CultureInfo.InvariantCulture));
        await ProcessTable.UntilAsync(() => File.ReadAllLines(note).Length > 1 || starting.IsCompleted, "no other port was tried");
        await ProcessTable.UntilAsync(
            () =>
            {
                clock.Advance(options.StartTimeout);
                return starting.IsCompleted;
            },
            "it was not given up"
        );
        await Assert.ThrowsAsync<ModelRunException>(() => starting);
        await stop.CancelAsync();
        await Record.ExceptionAsync(() => impostor);
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
