using System.Net.Security;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Anchors.Http;
using Hallmark.Core.Failures;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed class TurboClientTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private readonly ArweaveWallet _wallet = TestWallets.Of(SignatureType.Ed25519);

    public void Dispose()
    {
        _client.Dispose();
        _wallet.Dispose();
    }

    [Fact]
    public async Task An_item_of_each_kind_of_wallet_is_uploaded_under_its_chains_token_and_its_receipt_verifies()
    {
        await using var server = await TurboServer.StartAsync();
        foreach (var type in TestWallets.Types)
        {
            using var wallet = TestWallets.Of(type);
            var item = DataItem.Create(wallet, [new DataItemTag("Content-Type", "text/plain")], "hello"u8.ToArray());
            var upload = await Client(server).UploadAsync(item, wallet, None);
            Assert.Equal(item.Id, upload.Receipt!.Id);
            Assert.Equal(TurboServer.BundlerAddress, upload.Receipt.BundlerAddress);
            Assert.Equal(item.Bytes.ToArray(), server.Items[item.Id]);
            var asked = server.Asked[^1];
            var token = wallet.Chain == "aptos" ? "arweave" : wallet.Chain;
            Assert.Equal(("POST", "/v1/tx/" + token, (long?)item.Bytes.Length), (asked.Method, asked.Target, asked.ContentLength));
        }
    }

    [Fact]
    public async Task An_item_that_is_sent_again_is_sent_with_the_same_bytes()
    {
        await using var server = await TurboServer.StartAsync();
        var bodies = new List<byte[]>();
        server.Intercept = async context =>
        {
            if (context.Request.Method != "POST")
            {
                return false;
            }

            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            bodies.Add(body.ToArray());
            context.Response.StatusCode = 503;
            return true;
        };
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).UploadAsync(Item(), _wallet, None));
        }

        Assert.Equal(6, bodies.Count);
        Assert.All(bodies, body => Assert.Equal(bodies[0], body));
    }

    [Fact]
    public async Task An_item_that_is_under_way_already_counts_as_taken_without_a_receipt()
    {
        await using var server = await TurboServer.StartAsync();
        server.Intercept = Answer(202, "");
        Assert.Null((await Client(server).UploadAsync(Item(), _wallet, None)).Receipt);
    }

    [Fact]
    public async Task Too_little_balance_says_which_address_to_fund_and_how()
    {
        await using var server = await TurboServer.StartAsync();
        server.Intercept = Answer(402, "Insufficient balance");
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).UploadAsync(Item(), _wallet, None));
        Assert.Contains("HTTP 402: Insufficient balance", fault.Message, StringComparison.Ordinal);
        Assert.Contains(fault.Hints, hint => hint.Contains(_wallet.NativeAddress, StringComparison.Ordinal));
        Assert.Contains(fault.Hints, hint => hint.Contains("anchors fund", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, "Invalid Data Item!")]
    [InlineData(403, "Forbidden")]
    public async Task What_the_service_refuses_for_good_is_not_tried_again(int status, string body)
    {
        await using var server = await TurboServer.StartAsync();
        server.Intercept = Answer(status, body);
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => Client(server).UploadAsync(Item(), _wallet, None));
        Assert.Contains(body, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, 90)]
    [InlineData(503, 90)]
    [InlineData(500, null)]
    [InlineData(502, null)]
    public async Task A_service_that_is_busy_or_broken_is_left_alone_for_as_long_as_it_asks(int status, int? seconds)
    {
        await using var server = await TurboServer.StartAsync();
        server.Intercept = context =>
        {
            context.Response.StatusCode = status;
            if (seconds is { } pause)
            {
                context.Response.Headers.RetryAfter = pause.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            return Task.FromResult(true);
        };
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).UploadAsync(Item(), _wallet, None));
        Assert.Equal(seconds is { } asked ? TimeSpan.FromSeconds(asked) : null, fault.RetryAfter);
        Assert.Single(server.Asked, asked => asked.Method == "POST");
    }

    [Theory]
    [InlineData("another id")]
    [InlineData("another key")]
    [InlineData("another owner")]
    [InlineData("a changed signature")]
    [InlineData("a changed time")]
    [InlineData("a changed deadline")]
    [InlineData("no receipt")]
    [InlineData("an empty answer")]
    [InlineData("a page")]
    public async Task What_a_bundler_answers_is_believed_only_where_its_pinned_key_signed_it_for_this_item(string lie)
    {
        await using var server = await TurboServer.StartAsync();
        var item = Item();
        using var otherKey = lie == "another key" ? RSA.Create(4096) : null;
        var id = lie == "another id" ? TestItems.OtherId : item.Id;
        var owner = lie == "another owner" ? TestItems.OtherId : item.OwnerAddress;
        var receipt = TurboServer.Receipt(id, owner, TimeProvider.System.GetUtcNow(), otherKey);
        switch (lie)
        {
            case "a changed signature":
                var signature = receipt["signature"]!.GetValue<string>();
                receipt["signature"] = (signature[0] == 'A' ? 'B' : 'A') + signature[1..];
                break;
            case "a changed time":
                receipt["timestamp"] = receipt["timestamp"]!.GetValue<long>() - 1;
                break;
            case "a changed deadline":
                receipt["deadlineHeight"] = 1;
                break;
        }

        server.Intercept = Answer(
            200,
            lie switch
            {
                "no receipt" => "{\"id\":\"" + item.Id + "\"}",
                "an empty answer" => "",
                "a page" => "<html>welcome</html>",
                _ => receipt.ToJsonString(),
            }
        );
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).UploadAsync(item, _wallet, None));
        Assert.Contains("not to be believed", fault.Message, StringComparison.Ordinal);
        Assert.Contains(server.Address.Authority, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_plain_http_a_bundler_cannot_name_its_own_key()
    {
        await using var server = await TurboServer.StartAsync();
        var client = Client(server, pins: []);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => client.UploadAsync(Item(), _wallet, None));
        Assert.Contains("bundler_addresses", Assert.Single(fault.Hints), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Asked, asked => asked.Target == "/v1/info");
    }

    [Fact]
    public async Task Over_tls_the_key_that_the_service_names_is_believed_and_asked_for_once_an_hour()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await TurboServer.StartAsync(certificate: certificate);
        using var trusting = AnchorHttp.CreateHandler();
        trusting.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, offered, _, _) =>
                offered is not null && offered.GetCertHashString() == certificate.GetCertHashString(),
        };
        using var http = new HttpClient(trusting);
        var clock = new SettableClock();
        var client = new TurboClient(
            new AnchorHttp(http, allowPlainHttp: false, clock),
            new TurboOptions { UploadService = server.Address, PaymentService = null },
            clock
        );
        Assert.NotNull((await client.UploadAsync(Item(), _wallet, None)).Receipt);
        Assert.NotNull((await client.UploadAsync(Item("second"), _wallet, None)).Receipt);
        Assert.Single(server.Asked, asked => asked.Target == "/v1/info");
        clock.Advance(TimeSpan.FromHours(2));
        Assert.NotNull((await client.UploadAsync(Item("third"), _wallet, None)).Receipt);
        Assert.Equal(2, server.Asked.Count(asked => asked.Target == "/v1/info"));

        var item = Item("fourth");
        using var otherKey = RSA.Create(4096);
        var forged = TurboServer.Receipt(item.Id, item.OwnerAddress, clock.GetUtcNow(), otherKey).ToJsonString();
        server.Intercept = context => context.Request.Method == "POST" ? Answer(200, forged)(context) : Task.FromResult(false);
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => client.UploadAsync(item, _wallet, None));
    }

    [Fact]
    public async Task A_service_whose_certificate_nobody_vouches_for_is_sent_nothing()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await TurboServer.StartAsync(certificate: certificate);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).UploadAsync(Item(), _wallet, None));
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task An_upload_is_never_sent_on_to_where_the_service_redirects()
    {
        await using var other = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        await using var server = await TurboServer.StartAsync();
        server.Intercept = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = other.Address + context.Request.Path;
            return Task.FromResult(true);
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).UploadAsync(Item(), _wallet, None));
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off_and_a_slow_one_is_left()
    {
        await using var server = await TurboServer.StartAsync();
        server.Intercept = async context =>
        {
            var block = new byte[1 << 16];
            for (var sent = 0L; sent < 1L << 30 && !context.RequestAborted.IsCancellationRequested; sent += block.Length)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }

            return true;
        };
        var large = await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).UploadAsync(Item(), _wallet, None));
        Assert.Contains("more than the 65,536 bytes", large.Message, StringComparison.Ordinal);

        server.Intercept = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        var slow = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            Client(server, timeout: TimeSpan.FromMilliseconds(200)).UploadAsync(Item(), _wallet, None)
        );
        Assert.Contains("did not answer within", slow.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONFIRMED", TurboItemState.Confirmed)]
    [InlineData("FINALIZED", TurboItemState.Finalized)]
    [InlineData("FAILED", TurboItemState.Failed)]
    [InlineData("confirmed", TurboItemState.Unknown)]
    [InlineData(7, TurboItemState.Unknown)]
    public async Task The_status_of_an_item_is_read_and_what_is_not_known_is_unknown(object said, TurboItemState state)
    {
        await using var server = await TurboServer.StartAsync();
        var client = Client(server);
        Assert.Null(await client.FindStatusAsync(Item().Id, None));
        await client.UploadAsync(Item(), _wallet, None);
        server.Status = new JsonObject
        {
            ["status"] = JsonValue.Create(said),
            ["info"] = "new",
            ["bundleId"] = TestItems.OtherId,
            ["reason"] = "too\u0007 late",
        };
        Assert.Equal(new TurboItemStatus(state, "new", TestItems.OtherId, "too  late"), await client.FindStatusAsync(Item().Id, None));
        server.Status = new JsonObject { ["status"] = "CONFIRMED", ["bundleId"] = "../../etc/passwd" };
        Assert.Null((await client.FindStatusAsync(Item().Id, None))!.BundleId);
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(500, "{}")]
    [InlineData(403, "{}")]
    public async Task A_status_that_is_none_is_no_answer(int status, string body)
    {
        await using var server = await TurboServer.StartAsync();
        server.Intercept = Answer(status, body);
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).FindStatusAsync(Item().Id, None));
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).ReadInfoAsync(None));
    }

    [Fact]
    public async Task Nothing_but_an_id_is_put_into_the_status_address()
    {
        await using var server = await TurboServer.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => Client(server).FindStatusAsync("../info", None));
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task The_service_names_its_signing_address_and_its_free_size()
    {
        await using var server = await TurboServer.StartAsync();
        Assert.Equal(new TurboServiceInfo(TurboServer.BundlerAddress, 517_120, "0.2.0"), await Client(server).ReadInfoAsync(None));
        server.Intercept = Answer(200, "{\"version\":\"0.2.0\",\"addresses\":{\"arweave\":\"short\"}}");
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client(server).ReadInfoAsync(None));
    }

    [Fact]
    public async Task Balance_and_price_are_asked_of_the_payment_service_and_no_account_is_zero()
    {
        await using var server = await TurboServer.StartAsync();
        var payments = new TurboPayments(Http(), new TurboOptions { PaymentService = server.Address });
        Assert.Equal(BigInteger.Parse("123456789012345678901"), await payments.ReadBalanceAsync(_wallet, None));
        Assert.Equal($"/v1/account/balance/{_wallet.Chain}?address={_wallet.NativeAddress}", server.Asked[^1].Target);
        Assert.Equal(42, await payments.ReadPriceAsync(1_000, None));
        Assert.Equal("/v1/price/bytes/1000", server.Asked[^1].Target);
        server.Intercept = Answer(404, "User not found");
        Assert.Equal(BigInteger.Zero, await payments.ReadBalanceAsync(_wallet, None));
        foreach (var garbage in new[] { "{\"winc\":\"-1\"}", "{\"winc\":1.5}", "{}", "[]", "{\"winc\":\"1e9\"}" })
        {
            server.Intercept = Answer(200, garbage);
            await Assert.ThrowsAsync<AnchorUnavailableException>(() => payments.ReadBalanceAsync(_wallet, None));
        }

        var none = new TurboPayments(Http(), new TurboOptions { PaymentService = null });
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => none.ReadPriceAsync(1, None));
    }

    private static Func<HttpContext, Task<bool>> Answer(int status, string body) =>
        async context =>
        {
            context.Response.StatusCode = status;
            if (status != 204)
            {
                await context.Response.WriteAsync(body);
            }

            return true;
        };

    private DataItem Item(string data = "first") => DataItem.Create(_wallet, [], System.Text.Encoding.UTF8.GetBytes(data));

    private AnchorHttp Http() => new(_client, allowPlainHttp: false, TimeProvider.System);

    private TurboClient Client(TurboServer server, string[]? pins = null, TimeSpan? timeout = null) =>
        new(
            Http(),
            new TurboOptions
            {
                UploadService = server.Address,
                BundlerAddresses = pins ?? [TurboServer.BundlerAddress],
                UploadTimeout = timeout ?? TimeSpan.FromMinutes(2),
            },
            TimeProvider.System
        );
}
