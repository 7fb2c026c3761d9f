using System.Net;
using System.Net.Sockets;
using System.Text;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Anchors.Http;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Short failures within one try (mlflow-events.md §8.4), under the rule that nothing goes twice where the service can tell.</summary>
public sealed class TurboRetryTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private readonly ArweaveWallet _wallet = TestWallets.Of(SignatureType.Solana);
    private readonly HurriedTime _time = new();
    private TurboServer _server = null!; // set by InitializeAsync, before every test

    public async Task InitializeAsync() => _server = await TurboServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _wallet.Dispose();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_service_that_fails_twice_gets_the_same_item_again_at_once_and_after_a_second(int status)
    {
        Fail("POST", status, times: 2);
        var upload = await Client().UploadAsync(Item(), _wallet, None);
        Assert.NotNull(upload.Receipt);
        Assert.Equal(3, Posts());
        Assert.Equal([TimeSpan.FromSeconds(1)], _time.Pauses);
        Assert.Equal(1, Assert.Single(_server.Uploads).Value);
    }

    [Fact]
    public async Task A_service_that_goes_on_failing_is_left_to_the_outbox_after_three_tries()
    {
        Fail("POST", 503, times: 100);
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client().UploadAsync(Item(), _wallet, None));
        Assert.Equal(3, Posts());
        Assert.Equal([TimeSpan.FromSeconds(1)], _time.Pauses);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(413)]
    public async Task A_pause_that_the_service_asks_for_is_kept_where_it_is_short(int status)
    {
        Fail("POST", status, times: 1, retryAfter: "7");
        Assert.NotNull((await Client().UploadAsync(Item(), _wallet, None)).Receipt);
        Assert.Equal([TimeSpan.FromSeconds(7)], _time.Pauses);
    }

    [Fact]
    public async Task A_pause_of_more_than_half_a_minute_is_the_outboxes()
    {
        Fail("POST", 503, times: 1, retryAfter: "31");
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client().UploadAsync(Item(), _wallet, None));
        Assert.Equal(TimeSpan.FromSeconds(31), fault.RetryAfter);
        Assert.Empty(_time.Pauses);
        Assert.Equal(1, Posts());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(413)]
    public async Task What_is_refused_for_good_is_not_sent_again(int status)
    {
        Fail("POST", status, times: 1);
        await Assert.ThrowsAsync<BadInputException>(() => Client().UploadAsync(Item(), _wallet, None));
        Assert.Equal(1, Posts());
    }

    [Fact]
    public async Task An_item_that_was_taken_by_a_service_that_then_failed_is_not_sent_again()
    {
        _server.Intercept = async context =>
        {
            if (context.Request.Method != "POST")
            {
                return false;
            }

            Assert.NotNull(await _server.TryTakeAsync(context));
            context.Response.StatusCode = 503;
            return true;
        };
        Assert.Null((await Client().UploadAsync(Item(), _wallet, None)).Receipt);
        Assert.Equal(1, Posts());
        Assert.Equal(1, Assert.Single(_server.Uploads).Value);
    }

    [Fact]
    public async Task A_service_that_fails_and_cannot_say_whether_it_took_the_item_does_not_get_it_again()
    {
        Fail("POST", 503, times: 100);
        var failing = _server.Intercept;
        _server.Intercept = context =>
        {
            context.Response.StatusCode = 502;
            return context.Request.Method == "GET" ? Task.FromResult(true) : failing(context);
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client().UploadAsync(Item(), _wallet, None));
        Assert.Equal(1, Posts());
    }

    [Fact]
    public async Task An_upload_whose_answer_got_lost_is_not_sent_again_before_the_outbox_has_asked()
    {
        _server.Intercept = async context =>
        {
            await _server.TryTakeAsync(context);
            context.Abort();
            return true;
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client().UploadAsync(Item(), _wallet, None));
        Assert.Equal(1, Assert.Single(_server.Uploads).Value);
    }

    [Fact]
    public async Task Questions_are_asked_again_too()
    {
        var item = Item();
        await Client().UploadAsync(item, _wallet, None);
        Fail("GET", 502, times: 2);
        Assert.Equal(TurboItemState.Confirmed, (await Client().FindStatusAsync(item.Id, None))!.State);
        Fail("GET", 502, times: 2);
        Assert.Equal(TurboServer.BundlerAddress, (await Client().ReadInfoAsync(None)).BundlerAddress);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)], _time.Pauses);
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_tried_three_times()
    {
        // Held, so that nobody else gets it, and not listened to.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var client = Client(new Uri($"http://{held.LocalEndPoint}"));
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => client.UploadAsync(Item(), _wallet, None));
        Assert.Equal([TimeSpan.FromSeconds(1)], _time.Pauses);
    }

    private void Fail(string method, int status, int times, string? retryAfter = null)
    {
        var left = times;
        _server.Intercept = context =>
        {
            if (context.Request.Method != method || left-- <= 0)
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = status;
            if (retryAfter is not null)
            {
                context.Response.Headers.RetryAfter = retryAfter;
            }

            return Task.FromResult(true);
        };
    }

    private int Posts() => _server.Asked.Count(asked => asked.Method == "POST");

    private DataItem Item() => DataItem.Create(_wallet, [], Encoding.UTF8.GetBytes("an item"));

    private TurboClient Client(Uri? address = null) =>
        new(
            new AnchorHttp(_client, allowPlainHttp: false, TimeProvider.System),
            new TurboOptions { UploadService = address ?? _server.Address, BundlerAddresses = [TurboServer.BundlerAddress] },
            _time
        );
}
