using System.Security.Cryptography;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Calendars;

/// <summary>Calendars that are down, slow, broken or lying: nothing is faked, the honest ones' answers count, and each fault is named.</summary>
public sealed class CalendarFaultTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly byte[] Digest = SHA256.HashData("digest"u8);
    private OtsWorld _world = null!; // set by InitializeAsync, before every test

    public async Task InitializeAsync() => _world = await OtsWorld.StartAsync(calendars: 3);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Every_calendar_gets_the_digest_and_every_promise_is_kept()
    {
        var timestamp = await _world.Pool().SubmitAsync(Digest, None);
        Assert.Equal(
            _world.Calendars.Select(static calendar => calendar.Address).Order(StringComparer.Ordinal),
            timestamp.AllAttestations().Select(static attested => attested.Attestation.Uri).Order(StringComparer.Ordinal)
        );
        Assert.All(_world.Calendars, static calendar => Assert.Equal(Digest, Assert.Single(calendar.Posted)));
    }

    [Fact]
    public async Task A_calendar_that_is_down_does_not_matter_while_enough_answer()
    {
        await _world.Calendars[0].DisposeAsync();
        Assert.Equal(2, (await _world.Pool(wanted: 2).SubmitAsync(Digest, None)).AllAttestations().Count());
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Pool(wanted: 3).SubmitAsync(Digest, None));
        Assert.StartsWith("2 of 3 calendars answered, 3 are wanted", fault.Message, StringComparison.Ordinal);
        Assert.Contains(_world.Calendars[0].Uri.Authority, fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, fault.ExitCode);
    }

    [Fact]
    public async Task A_calendar_that_never_ends_its_answer_is_left_alone()
    {
        _world.Calendars[0].Misbehaviour = static async context =>
        {
            await context.Response.Body.WriteAsync(new byte[] { 0xF0 });
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var fault = await RefuseAsync(timeout: TimeSpan.FromSeconds(1));
        Assert.Contains("did not answer within 1 s", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Welcome</html>")]
    [InlineData("\0")]
    public async Task Garbage_is_not_a_promise(string garbage)
    {
        Misbehave(context => context.Response.WriteAsync(garbage));
        Assert.Contains("did not answer with a timestamp", (await RefuseAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ten_megabytes_are_not_read(bool saysLength)
    {
        Misbehave(async context =>
        {
            if (saysLength)
            {
                context.Response.ContentLength = 10_000_000;
            }

            try
            {
                for (var sent = 0; sent < 10_000_000; sent += 10_000)
                {
                    await context.Response.Body.WriteAsync(new byte[10_000], context.RequestAborted);
                }
            }
            catch (OperationCanceledException)
            {
                // The client hung up, as it should.
            }
        });
        Assert.Contains("more than the 10,000 bytes", (await RefuseAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_ten_thousand_bytes_is_read_and_of_one_more_not()
    {
        var long8192 = new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0x40 }
            .Concat(new byte[8192])
            .ToArray();
        byte[] Padded(int total) => [0xFF, .. long8192, 0, 1, 2, 3, 4, 5, 6, 7, 9, .. VarBytes(total - long8192.Length - 10)];

        Misbehave(context => context.Response.Body.WriteAsync(Padded(10_000)).AsTask());
        Assert.Equal(10_000, Padded(10_000).Length);
        Assert.NotNull((await _world.Client().SubmitAsync(_world.Calendars[0].Uri, Digest, None)).Timestamp);
        Misbehave(context => context.Response.Body.WriteAsync(Padded(10_001)).AsTask());
        await RefuseAsync();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(400)]
    [InlineData(404)]
    public async Task A_status_of_failure_is_none(int status)
    {
        Misbehave(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("no");
        });
        Assert.Contains($"HTTP {status}", (await RefuseAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_calendar_that_asks_for_a_pause_gets_it()
    {
        Misbehave(static context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "77";
            return Task.CompletedTask;
        });
        Assert.Equal(TimeSpan.FromSeconds(77), (await RefuseAsync()).RetryAfter);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_to_another_host_is_not_followed(int status)
    {
        await using var other = await LoopbackServer.StartAsync(static _ => Task.CompletedTask);
        Misbehave(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = other.Address + "/digest";
            return Task.CompletedTask;
        });
        Assert.Contains("is not followed", (await RefuseAsync()).Message, StringComparison.Ordinal);
        var found = await _world.Client().FindAsync(_world.Calendars[0].Uri, Digest, None);
        Assert.NotNull(found.Failure);
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task A_calendar_that_a_proof_names_is_asked_only_where_it_is_on_the_list()
    {
        await using var stranger = await TestCalendar.StartAsync();
        var theirs = new CalendarPool(_world.Client(), [stranger.Uri], wantedAnswers: 1);
        var timestamp = await theirs.SubmitAsync(Digest, None);
        await stranger.AttestAsync(_world.Chain);
        var asked = stranger.Asked.Count;
        var reply = Assert.Single(await _world.Pool().FindUpgradesAsync(timestamp, None));
        Assert.Null(reply.Timestamp);
        Assert.Contains("is not asked", reply.Remark, StringComparison.Ordinal);
        Assert.Equal(asked, stranger.Asked.Count);

        var allowing = new CalendarPool(_world.Client(), [_world.Calendars[0].Uri], 1, alsoAllowed: [stranger.Address]);
        Assert.NotNull(Assert.Single(await allowing.FindUpgradesAsync(timestamp, None)).Timestamp);
    }

    [Fact]
    public async Task What_already_reaches_bitcoin_is_not_asked_for_again()
    {
        var pool = _world.Pool();
        var timestamp = await pool.SubmitAsync(Digest, None);
        await _world.AttestAllAsync();
        var upgrades = await pool.FindUpgradesAsync(timestamp, None);
        Assert.Equal(3, upgrades.Count);
        var upgraded = timestamp.MergeAtNodes([.. upgrades.Select(static reply => reply.Timestamp!)]); // ! all three attested above
        Assert.Empty(await pool.FindUpgradesAsync(upgraded, None));
        Assert.Equal(6, upgraded.AllAttestations().Count());
    }

    [Fact]
    public async Task An_upgrade_that_does_not_reach_bitcoin_is_not_one()
    {
        var pool = _world.Pool();
        var timestamp = await pool.SubmitAsync(Digest, None);
        Misbehave(static context =>
            context.Response.Body.WriteAsync(Timestamp.Attested([1], TimeAttestation.Pending("https://a.example")).ToArray()).AsTask()
        );
        Assert.All(await pool.FindUpgradesAsync(timestamp, None), static reply => Assert.Null(reply.Timestamp));
    }

    [Fact]
    public async Task Requests_say_what_the_protocol_asks_for()
    {
        var said = "";
        Misbehave(context =>
        {
            var headers = context.Request.Headers;
            said = $"{headers.Accept} {headers.ContentType} {context.Request.ContentLength} {headers.UserAgent}";
            return Task.CompletedTask;
        });
        await _world.Client().SubmitAsync(_world.Calendars[0].Uri, Digest, None);
        Assert.Equal("application/vnd.opentimestamps.v1 application/x-www-form-urlencoded 32 hallmark", said);
    }

    [Fact]
    public void A_pool_wants_no_more_answers_than_it_has_calendars()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _world.Pool(wanted: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => _world.Pool(wanted: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CalendarPool(_world.Client(), [], 1));
    }

    private static byte[] VarBytes(int total)
    {
        // Two bytes of length, then the rest.
        var length = total - 2;
        return [(byte)((length & 0x7F) | 0x80), (byte)(length >> 7), .. new byte[length]];
    }

    private void Misbehave(RequestDelegate misbehaviour) => Assert.All(_world.Calendars, calendar => calendar.Misbehaviour = misbehaviour);

    private Task<AnchorUnavailableException> RefuseAsync(TimeSpan? timeout = null) =>
        Assert.ThrowsAsync<AnchorUnavailableException>(() => _world.Pool(wanted: 3, timeout).SubmitAsync(Digest, None));
}
