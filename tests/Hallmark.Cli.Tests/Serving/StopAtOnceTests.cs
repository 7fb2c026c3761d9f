using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>
/// Who stops a command that runs until it is stopped stops it like any other, whatever it is doing. The signal's token is cancelled while the command writes a line, so that it
/// goes on from exactly there with the stop already said: nothing is left to luck.
/// </summary>
public sealed class StopAtOnceTests : IDisposable
{
    private readonly CommandScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("{\"address\"", "--json")]
    [InlineData("NOT VERIFIED, by runner remote")]
    [InlineData("POST /invocations")]
    [InlineData("no API keys are set up")]
    public async Task A_server_that_is_stopped_the_moment_it_says_that_it_is_ready_ends_well(string line, params string[] more)
    {
        await using var server = await ModelServer.StartAsync();

        var ended = await StopAtAsync(line, ["serve", "--listen", "127.0.0.1:0", "--proxy", server.Address, .. more]);

        AssertStopped(ended, "stopped; every prediction that was answered is in the ledger");
        await _scene.ExpectAsync(0, "ledger", "verify");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("doubler")]
    public async Task A_server_without_a_name_of_its_own_is_announced_by_its_address_or_by_the_name_that_was_given(string? name)
    {
        await using var server = await ModelServer.StartAsync();
        string[] serve = ["serve", "--listen", "127.0.0.1:0", "--proxy", server.Address, .. name is null ? (string[])[] : ["--name", name]];

        var ended = await StopAtAsync("POST /invocations", serve);

        var title = name ?? server.Address.TrimEnd('/') + "/invocations";
        Assert.StartsWith($"{title}  NOT VERIFIED, by runner remote, at http://127.0.0.1:", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_stopped_at_once_leaves_the_work_that_was_due_for_the_next_start()
    {
        await using var server = await ModelServer.StartAsync();
        await using var turbo = await TurboServer.StartAsync();
        await LeaveWorkAsync(turbo);

        var ended = await StopAtAsync("POST /invocations", "serve", "--listen", "127.0.0.1:0", "--proxy", server.Address);

        AssertStopped(ended, "stopped; every prediction that was answered is in the ledger");
        Assert.Equal("to_do", await StateOfWorkAsync());
        Assert.Empty(turbo.Uploads);
    }

    [Fact]
    public async Task One_that_is_stopped_while_its_outbox_uploads_ends_well_and_nothing_is_lost()
    {
        await using var server = await ModelServer.StartAsync();
        await using var turbo = await TurboServer.StartAsync();
        await LeaveWorkAsync(turbo);
        using var stop = new CancellationTokenSource();
        turbo.Intercept = async context =>
        {
            await stop.CancelAsync();
            context.Response.StatusCode = 503;
            return true;
        };

        var ended = await _scene.RunAsync(["serve", "--listen", "127.0.0.1:0", "--proxy", server.Address], stop.Token);

        Assert.True(stop.IsCancellationRequested, "the outbox was to upload");
        AssertStopped(ended, "stopped; every prediction that was answered is in the ledger");
        Assert.Equal("to_do", await StateOfWorkAsync());
    }

    [Fact]
    public async Task One_that_is_stopped_before_it_is_ready_says_so_and_the_next_start_serves()
    {
        await using var server = await ModelServer.StartAsync();
        string[] serve = ["serve", "--listen", "127.0.0.1:0", "--proxy", server.Address];

        var ended = await StopAtAsync("the model behind the address", serve);

        Assert.True(ended.Code == 3, ended.ToString());
        Assert.Contains("error: stopped before it was done", ended.Error, StringComparison.Ordinal);
        Assert.Equal("", ended.Out);
        AssertStopped(await StopAtAsync("POST /invocations", serve), "every prediction that was answered");
    }

    [Fact]
    public async Task An_agent_and_a_worker_that_are_stopped_the_moment_they_are_ready_end_well()
    {
        await File.WriteAllTextAsync(_scene.Folder.File("model.bin"), "weights");
        await File.WriteAllTextAsync(
            _scene.Folder.File("home/agent.json"),
            $$"""
            {"tenant_id":"t","agent_id":"a","assets":[{"asset_id":"m","type":"file","path":"{{_scene.Folder.File(
                "model.bin"
            )}}","interval":60}]}
            """
        );

        AssertStopped(await StopAtAsync("watching 1 asset of", "agent", "--listen", "127.0.0.1:0"), "stopped");
        AssertStopped(await StopAtAsync("working on", "worker"), "stopped; what was not done is in the outbox");
    }

    private async Task<Ended> StopAtAsync(string line, params string[] arguments)
    {
        // A command that never writes the line is ended too, so that the test fails and does not hang.
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var isWritten = false;
        var ended = await _scene.RunAsync(
            arguments,
            written =>
            {
                if (written.Contains(line, StringComparison.Ordinal))
                {
                    isWritten = true;
                    stop.Cancel();
                }
            },
            stop.Token
        );
        Assert.True(isWritten, $"\"{line}\" was never written: {ended}");
        return ended;
    }

    private static void AssertStopped(Ended ended, string farewell)
    {
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Contains(farewell, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("error:", ended.Error, StringComparison.Ordinal);
    }

    // A file that was recorded while the bundler was away.
    private async Task LeaveWorkAsync(TurboServer turbo)
    {
        await _scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "arweave",
            "arweave",
            "anchors=envelope",
            "upload=" + turbo.Address,
            "gateways=" + turbo.Address,
            "bundlers=" + TurboServer.BundlerAddress
        );
        turbo.Intercept = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        await File.WriteAllTextAsync(_scene.Folder.File("a.txt"), "a");
        await _scene.ExpectAsync(0, "anchor", "file", _scene.Folder.File("a.txt"));
        Assert.Equal("to_do", await StateOfWorkAsync());
        _scene.Clock.Move(TimeSpan.FromHours(1));
    }

    private async Task<string?> StateOfWorkAsync() => (string?)(await _scene.JsonAsync(0, "outbox", "list")).AsArray().Last()!["state"];
}
