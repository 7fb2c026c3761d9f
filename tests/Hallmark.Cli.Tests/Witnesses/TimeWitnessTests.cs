using System.Text.Json.Nodes;
using Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.Tests.OpenTimestamps.Calendars;
using Hallmark.Anchors.Tests.TimeStampAuthority;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Cli.Tests.Witnesses;

/// <summary>OpenTimestamps and RFC 3161 from the settings to the verdict: two calendars and a chain of their own, and a real <c>openssl ts</c> over HTTP.</summary>
public sealed class TimeWitnessTests : IAsyncLifetime, IDisposable
{
    // A run without datasets: one event, and so one checkpoint however slow the machine is.
    private const string Run = "b75e06e1a1a94530adb50dba950d0245";

    private const string Both = "all(ots, tsa)";
    private readonly CommandScene _scene = new CommandScene().WithStore();
    private readonly OpenSslAuthority _authority = new();
    private readonly TestChain _chain = new();
    private TestCalendar[] _calendars = [];
    private LoopbackServer _server = null!;

    private string HeaderFile => _scene.Folder.File("headers.txt");

    public async Task InitializeAsync()
    {
        _calendars = [await TestCalendar.StartAsync(), await TestCalendar.StartAsync()];
        _server = await _authority.ServeAsync();
        await File.WriteAllTextAsync(HeaderFile, _chain.ToText());
    }

    public async Task DisposeAsync()
    {
        foreach (var calendar in _calendars)
        {
            await calendar.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _authority.Dispose();
        _scene.Dispose();
    }

    [PeerFact("openssl")]
    public async Task Both_witnesses_go_from_added_to_final_and_meet_a_policy_without_a_network()
    {
        await AddBothAsync();
        var tests = (await _scene.JsonAsync(0, "anchors", "test")).AsArray();
        Assert.Equal(["opentimestamps", "rfc3161"], tests.Select(test => (string?)test!["would_send"]!["world"]));
        Assert.All(_calendars, calendar => Assert.Empty(calendar.Posted));
        await _scene.ExpectAsync(0, "anchors", "status");

        var recorded = await _scene.ExpectAsync(0, "anchor", "run", Run, "--allow-empty-dataset-inputs", "--wait=submitted");
        Assert.Contains("tsa: final", recorded.Out + recorded.Error, StringComparison.Ordinal);
        Assert.All(_calendars, calendar => Assert.Single(calendar.Posted));
        var pending = await _scene.ExpectAsync(3, "verify", "run", Run, "--offline", "--require", Both);
        Assert.Contains("INCOMPLETE", pending.Out, StringComparison.Ordinal);
        await _scene.ExpectAsync(0, "verify", "run", Run, "--offline", "--require", "tsa");

        await MineAsync(blocks: 6);
        Assert.Equal(1, (int)(await _scene.JsonAsync(0, "receipts", "refresh"))["advanced"]!);
        await StopServersAsync();
        var verified = await _scene.ExpectAsync(0, "verify", "run", Run, "--offline", "--require", Both);
        Assert.Contains("by Bitcoin block 1", verified.Out, StringComparison.Ordinal);
        Assert.Contains("with 2 outside witnesses", verified.Out, StringComparison.Ordinal);
        var shown = (await _scene.JsonAsync(0, "receipts", "show", "0", "--offline"))["witnesses"]!.AsArray();
        Assert.Equal(["final", "final"], shown.Select(witness => (string?)witness!["state"]));
        Assert.Equal(0, (int)(await _scene.JsonAsync(0, "receipts", "refresh"))["asked"]!);
    }

    [PeerFact("openssl")]
    public async Task Waiting_for_the_end_is_given_up_after_its_time_with_3_and_the_worker_of_tomorrow_goes_on()
    {
        await AddBothAsync();
        var waited = await _scene.ExpectAsync(
            3,
            "anchor",
            "run",
            Run,
            "--allow-empty-dataset-inputs",
            "--wait=final",
            "--wait-timeout",
            "0s"
        );
        Assert.Contains("nothing is lost", waited.Error, StringComparison.Ordinal);
        await MineAsync(blocks: 6);
        _scene.Clock.Move(TimeSpan.FromHours(1));
        await _scene.ExpectAsync(0, "outbox", "drain");
        await _scene.ExpectAsync(0, "verify", "run", Run, "--offline", "--require", "ots");
    }

    [PeerFact("openssl")]
    public async Task Too_few_blocks_leave_the_answer_open_and_another_root_certificate_refutes_the_token()
    {
        await AddBothAsync();
        await _scene.ExpectAsync(0, "anchor", "run", Run, "--allow-empty-dataset-inputs", "--wait=submitted");
        await MineAsync(blocks: 2);
        await _scene.ExpectAsync(0, "receipts", "refresh");
        await _scene.ExpectAsync(3, "verify", "run", Run, "--offline", "--require", "ots confirmations>=6");

        using var stranger = new OpenSslAuthority();
        var settings = Settings();
        settings["anchors"]![1]!["roots"] = new JsonArray(stranger.RootFile);
        _scene.WithSettings(settings);
        var refused = await _scene.ExpectAsync(1, "verify", "run", Run, "--offline");
        Assert.Contains("refuted", refused.Out, StringComparison.Ordinal);
    }

    [PeerFact("openssl")]
    public async Task An_authority_that_is_down_keeps_its_work_and_does_not_hold_up_the_calendars()
    {
        await AddBothAsync();
        await _server.DisposeAsync();
        await _scene.ExpectAsync(3, "anchors", "status");
        await _scene.ExpectAsync(0, "anchor", "run", Run, "--allow-empty-dataset-inputs");
        Assert.All(_calendars, calendar => Assert.Single(calendar.Posted));
        Assert.Contains("tsa", (await _scene.ExpectAsync(0, "outbox", "list")).Out, StringComparison.Ordinal);
        await _scene.ExpectAsync(3, "verify", "run", Run, "--offline", "--require", "tsa");
    }

    [PeerFact("openssl")]
    public async Task A_calendar_that_answers_rubbish_is_named_and_the_other_ones_promise_counts()
    {
        _calendars[0].Misbehaviour = context => context.Response.WriteAsync("<html>hello</html>");
        await AddOtsAsync(wanted: 1);
        await _scene.ExpectAsync(0, "anchor", "run", Run, "--allow-empty-dataset-inputs", "--wait=submitted");
        await _calendars[1].AttestAsync(_chain);
        await MineAsync(blocks: 6, attest: false);
        await _scene.ExpectAsync(0, "receipts", "refresh");
        await _scene.ExpectAsync(0, "verify", "run", Run, "--offline", "--require", "ots");
    }

    [Theory]
    [InlineData("roots=/nowhere/root.pem")]
    [InlineData("roots=/nowhere/root.pem", "policy=1.2.3.4.1")]
    public async Task A_root_file_that_is_not_there_makes_the_anchor_unusable_and_nothing_is_lost(params string[] members)
    {
        await _scene.ExpectAsync(0, ["anchors", "add", "tsa", "rfc3161", "url=" + _server.Address, .. members]);
        var test = await _scene.ExpectAsync(3, "anchors", "test");
        Assert.Contains("/nowhere/root.pem", test.Out, StringComparison.Ordinal);
        await _scene.ExpectAsync(0, "anchor", "run", Run, "--allow-empty-dataset-inputs");
        Assert.True((long)(await _scene.JsonAsync(0, "status"))["entries"]! > 0);
    }

    private async Task AddBothAsync()
    {
        await AddOtsAsync(wanted: 2);
        await _scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "tsa",
            "rfc3161",
            "url=" + _server.Address,
            "roots=" + _authority.RootFile,
            "policy=1.2.3.4.1"
        );
    }

    private Task AddOtsAsync(int wanted) =>
        _scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "ots",
            "opentimestamps",
            "calendars=" + _calendars[0].Address,
            "calendars=" + _calendars[1].Address,
            "min_calendars=" + wanted,
            "network=regtest",
            "bitcoin.headers=" + HeaderFile
        );

    private async Task MineAsync(int blocks, bool attest = true)
    {
        foreach (var calendar in attest ? _calendars : [])
        {
            await calendar.AttestAsync(_chain);
        }

        _chain.Grow(blocks);
        await File.WriteAllTextAsync(HeaderFile, _chain.ToText());
    }

    private async Task StopServersAsync()
    {
        foreach (var calendar in _calendars)
        {
            await calendar.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    private JsonObject Settings() => JsonNode.Parse(File.ReadAllText(Path.Combine(_scene.Home, "hallmark.json")))!.AsObject();
}
