using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Home.Tests;

/// <summary>Anchors as the settings make them: what they need is read when they are used, what is broken keeps their own work waiting, and offline none of them connects.</summary>
public sealed class ConfiguredAnchorTests : IDisposable
{
    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("", "gone.pem")]
    [InlineData("no certificate", "root.pem")]
    public async Task A_file_of_the_users_that_is_missing_or_broken_keeps_the_work_waiting_and_is_named(string content, string root)
    {
        _scene.Home.Create();
        await File.WriteAllTextAsync(Path.Combine(_scene.Home.Path, "root.pem"), content);
        var settings = new HallmarkSettings { Anchors = [Authority("https://tsa.example", root)] };
        await using var session = _scene.Open(settings, isOffline: true);
        var failure = Assert.Throws<AnchorUnavailableException>(() => session.Anchors[0].Open());
        Assert.StartsWith("anchor \"tsa\" cannot be used: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(root, failure.Message, StringComparison.Ordinal);
        Assert.Throws<AnchorUnavailableException>(() => session.Anchors[0].OpenVerifier());
        var status = await session.Anchors[0].ReadStatusAsync(CancellationToken.None);
        Assert.Equal((false, failure.Message), (status.IsReachable, status.Detail));

        await _scene.RecordAsync(session, "one");
        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((1L, 0L), (report.ToDo, report.GivenUp));
        Assert.Contains(root, report.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recording_reads_nothing_that_an_anchor_needs()
    {
        var settings = new HallmarkSettings { Anchors = [Authority("https://tsa.example", "gone.pem")] };
        await using var session = _scene.Open(settings);
        await _scene.RecordAsync(session, "one");
        Assert.Equal(("tsa", AnchorTarget.Checkpoint), (session.Anchors[0].Name, session.Anchors[0].Target));
    }

    [Theory]
    [InlineData("arweave")]
    [InlineData("opentimestamps")]
    [InlineData("git")]
    public async Task Offline_no_anchor_connects_and_each_says_why(string kind)
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        var address = new Uri(server.Address);
        AnchorSettings anchor = kind switch
        {
            "arweave" => new ArweaveSettings
            {
                Name = "a",
                Target = AnchorTarget.Envelope,
                Upload = address,
                Payment = address,
                Gateways = [server.Address],
                Verify = address,
                Network = "testnet",
            },
            "opentimestamps" => new OpenTimestampsSettings
            {
                Name = "a",
                Target = AnchorTarget.Envelope,
                Calendars = [address],
                MinCalendars = 1,
                Bitcoin = new BitcoinSettings(null, null, null, address),
            },
            _ => new GitCheckpointSettings
            {
                Name = "a",
                Repository = _scene.Folder.Path,
                Branch = "log",
                Remote = server.Address,
            },
        };
        await using var session = _scene.Open(new HallmarkSettings { Anchors = [anchor] }, isOffline: true);
        await _scene.RecordAsync(session, "one");
        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((0, 1L, 0L), (report.Done, report.ToDo, report.GivenUp));
        Assert.Contains("the command is offline", report.LastError, StringComparison.Ordinal);
        var status = await session.Anchors[0].ReadStatusAsync(CancellationToken.None);
        Assert.False(status.IsReachable, status.Detail);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task What_another_world_would_need_is_no_trouble_of_an_anchor()
    {
        var settings = new HallmarkSettings { Anchors = [Authority("https://tsa.example", "gone.pem"), _scene.VaultAnchor("vault")] };
        await using var session = _scene.Open(settings);
        await _scene.RecordAsync(session, "one");
        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((1, 1L), (report.Done, report.ToDo));
        Assert.True((await session.Anchors[1].ReadStatusAsync(CancellationToken.None)).IsReachable);
        Assert.Same(session.Anchors[1].Open(), session.Anchors[1].Open());
    }

    [Fact]
    public async Task A_client_of_a_command_that_is_offline_says_so_and_names_whom_it_did_not_ask()
    {
        await using var clients = new HomeClients(isOffline: true);
        foreach (
            var client in new[]
            {
                clients.CreateMlflow(allowInsecureTls: false),
                clients.CreateMlflow(allowInsecureTls: true),
                clients.CreateAnchor(),
            }
        )
        {
            using (client)
            {
                var failure = await Assert.ThrowsAsync<UnavailableException>(() =>
                    client.GetAsync(new Uri("https://me:t0psecret@gw.example:8443/path?token=t0psecret"))
                );
                Assert.Equal("gw.example:8443 was not asked: the command is offline", failure.Message);
                Assert.Equal((3, "leave --offline out to ask it"), (failure.ExitCode, Assert.Single(failure.Hints)));
            }
        }
    }

    private static TimeStampAuthoritySettings Authority(string url, string root) =>
        new()
        {
            Name = "tsa",
            Url = new Uri(url),
            Roots = [root],
        };
}
