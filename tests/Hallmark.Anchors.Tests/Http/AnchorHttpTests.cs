using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Anchors.Http;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.Http;

public sealed class AnchorHttpTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());

    private AnchorHttp Http => new(_client, allowPlainHttp: false, TimeProvider.System);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task An_answer_comes_whole_with_its_status_whatever_it_is()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/missing" ? 404 : 200;
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("hello");
        });
        var found = await Http.GetAsync(new Uri(server.Address), 5, Long, None);
        Assert.Equal((200, true, "text/plain"), (found.Status, found.IsSuccess, found.ContentType));
        Assert.Equal("hello"u8, found.Body.Span);
        var missing = await Http.GetAsync(new Uri(server.Address + "/missing"), 100, Long, None);
        Assert.Equal((404, false, false), (missing.Status, missing.IsSuccess, missing.IsTransient));
        Assert.Contains("HTTP 404: hello", missing.ToException().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_larger_than_its_bound_is_cut_off_and_named_and_the_rest_is_not_read(bool saysItsLength)
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            const long Gigabyte = 1L << 30;
            if (saysItsLength)
            {
                context.Response.ContentLength = Gigabyte;
            }

            var block = new byte[1 << 16];
            for (var sent = 0L; sent < Gigabyte && !context.RequestAborted.IsCancellationRequested; sent += block.Length)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        using var counting = new CountingHandler(AnchorHttp.CreateHandler());
        using var client = new HttpClient(counting);
        var http = new AnchorHttp(client, allowPlainHttp: false, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => http.GetAsync(new Uri(server.Address), 10_000, Long, None));
        Assert.Contains("more than the 10,000 bytes", fault.Message, StringComparison.Ordinal);
        Assert.InRange(counting.BytesRead, 0, saysItsLength ? 0 : 1 << 17);
    }

    [Fact]
    public async Task A_place_that_never_ends_its_answer_is_left_when_its_time_is_up()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("slow");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            Http.GetAsync(new Uri(server.Address), 100, TimeSpan.FromMilliseconds(200), None)
        );
        Assert.Contains("did not answer within", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, fault.ExitCode);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_own_cancellation_and_no_story_about_the_place()
    {
        await using var server = await LoopbackServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var gaveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Http.GetAsync(new Uri(server.Address), 100, Long, gaveUp.Token));
    }

    [Fact]
    public async Task A_redirect_is_followed_within_the_same_host_only_and_not_for_ever()
    {
        await using var other = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("stolen"));
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            switch (context.Request.Path)
            {
                case "/near":
                    context.Response.Redirect("/there");
                    return Task.CompletedTask;
                case "/far":
                    context.Response.Redirect(other.Address);
                    return Task.CompletedTask;
                case "/round":
                    context.Response.Redirect("/round");
                    return Task.CompletedTask;
                case "/nowhere":
                    context.Response.StatusCode = 302;
                    return Task.CompletedTask;
                default:
                    return context.Response.WriteAsync("there");
            }
        });
        var followed = await Http.GetAsync(new Uri(server.Address + "/near"), 100, Long, None);
        Assert.Equal("there"u8, followed.Body.Span);
        foreach (var path in new[] { "/far", "/round", "/nowhere" })
        {
            var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
                Http.GetAsync(new Uri(server.Address + path), 100, Long, None)
            );
            Assert.Contains("redirects", fault.Message, StringComparison.Ordinal);
        }

        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task What_is_posted_is_never_sent_on_by_a_redirect()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            Http.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, server.Address + "/digest") { Content = new ByteArrayContent([1, 2, 3]) },
                100,
                Long,
                None
            )
        );
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Plain_http_to_another_machine_needs_to_be_allowed_by_name()
    {
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            Http.GetAsync(new Uri("http://calendar.example/timestamp"), 100, Long, None)
        );
        Assert.Contains("http://calendar.example is not encrypted", fault.Message, StringComparison.Ordinal);
        Assert.Contains("allow_plain_http", Assert.Single(fault.Hints), StringComparison.Ordinal);
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Http.GetAsync(new Uri("ftp://127.0.0.1/x"), 100, Long, None));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_ends_the_talk_before_anything_was_asked()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var selfSigned = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1),
            TimeProvider.System.GetUtcNow().AddDays(1)
        );
        using var certificate = X509CertificateLoader.LoadPkcs12(selfSigned.Export(X509ContentType.Pkcs12), password: null);
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("secret"), certificate);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Http.GetAsync(new Uri(server.Address), 100, Long, None));
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task A_place_that_is_not_there_is_said_so_with_what_to_look_at()
    {
        using var port = new HeldPort();
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Http.GetAsync(new Uri(port.Address), 100, Long, None));
        Assert.Contains(new Uri(port.Address).Authority, fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Hints);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", null)]
    [InlineData("99999999", 86_400)]
    [InlineData("soon", null)]
    public async Task How_long_a_place_asks_to_be_left_alone_is_read_and_bounded(string header, int? seconds)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });
        var answer = await Http.GetAsync(new Uri(server.Address), 100, Long, None);
        Assert.True(answer.IsTransient);
        Assert.Equal(seconds is { } count ? TimeSpan.FromSeconds(count) : null, answer.RetryAfter);
        Assert.Equal(answer.RetryAfter, answer.ToException().RetryAfter);
    }

    [Fact]
    public async Task A_date_to_come_back_at_counts_from_our_own_clock()
    {
        var date = TimeProvider.System.GetUtcNow().AddHours(1);
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = date.ToString("R", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        var answer = await Http.GetAsync(new Uri(server.Address), 100, Long, None);
        Assert.InRange(answer.RetryAfter!.Value, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public void What_a_place_says_reaches_a_person_without_control_characters_and_short()
    {
        var answer = new AnchorAnswer("host", 500, "\u001b[31mred\r\n"u8.ToArray().Concat(new byte[5_000]).ToArray(), null, null);
        var message = answer.ToException().Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.True(message.Length < 300);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("")]
    public void An_answer_that_is_no_json_object_is_not_taken_for_one(string body)
    {
        var answer = new AnchorAnswer("host", 200, System.Text.Encoding.UTF8.GetBytes(body), "application/json", null);
        Assert.Contains(
            "not a JSON object",
            Assert.Throws<AnchorUnavailableException>(answer.ReadObject).Message,
            StringComparison.Ordinal
        );
    }
}
