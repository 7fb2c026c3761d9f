using System.Formats.Asn1;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.TimeStampAuthority;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.TimeStampAuthority;

/// <summary>An authority that fails, refuses or is none; receipts and root files that are none. No real one is needed for these.</summary>
public sealed class TimeStampFaultTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>it works</html>")]
    [InlineData("0\u0082")]
    public async Task Garbage_is_no_answer_and_the_work_stays(string body)
    {
        var fault = await FailAsync(context => context.Response.WriteAsync(body));
        Assert.Contains("no time-stamp response", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_in_trouble_is_asked_again_when_it_said()
    {
        var fault = await FailAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "90";
            return context.Response.WriteAsync("later");
        });
        Assert.Equal((3, TimeSpan.FromSeconds(90)), (fault.ExitCode, fault.RetryAfter!.Value));
        fault = await FailAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return Task.CompletedTask;
        });
        Assert.Contains("502", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        var fault = await FailAsync(async context =>
        {
            var block = new byte[1 << 16];
            for (var i = 0; i < 64; i++)
            {
                await context.Response.Body.WriteAsync(block);
            }
        });
        Assert.Contains("65,536 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        var fault = await FailAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted), TimeSpan.FromSeconds(1));
        Assert.Contains("did not answer within 1 s", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_is_unreachable_in_its_status_too()
    {
        var anchor = Anchor("http://127.0.0.1:1/tsa");
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => SubmitAsync(anchor));
        Assert.False((await anchor.ReadStatusAsync(None)).IsReachable);
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        });
        var status = await Anchor(server.Address).ReadStatusAsync(None);
        Assert.True(status.IsReachable);
        Assert.Contains("no root", status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 0, true)]
    [InlineData(2, 2, true)]
    [InlineData(2, 15, true)]
    [InlineData(2, 14, false)]
    [InlineData(2, 25, false)]
    [InlineData(3, 2, false)]
    [InlineData(2, -1, false)]
    [InlineData(0, -1, false)]
    public void A_refusal_is_for_good_unless_its_reason_can_pass(int status, int reason, bool isForGood)
    {
        var answer = Rejection(status, reason);
        var refusal = Assert.ThrowsAny<HallmarkException>(() => TimeStampAnswer.ReadToken(answer, "tsa.example"));
        Assert.Equal(isForGood, refusal is BadInputException);
        Assert.Equal(status != 0, refusal.Message.Contains("(not  today)", StringComparison.Ordinal));
    }

    private static byte[] Rejection(int status, int reason)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteInteger(status);
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, "not \ntoday");
            }

            if (reason >= 0)
            {
                var bits = new byte[(reason / 8) + 1];
                bits[^1] = (byte)(0x80 >> (reason % 8));
                writer.WriteBitString(bits, unusedBitCount: 7 - (reason % 8));
            }
        }

        return writer.Encode();
    }

    [Fact]
    public void A_receipt_that_was_damaged_is_refused_and_never_throws()
    {
        foreach (
            var proof in new[]
            {
                new JsonObject(),
                new JsonObject { ["request"] = "" },
                new JsonObject { ["request"] = 7, ["token"] = "AA==" },
                new JsonObject { ["request"] = "AA==", ["token"] = "AB==" },
                new JsonObject { ["request"] = "AA==", ["token"] = "AA==" },
                new JsonObject
                {
                    ["request"] = "AA==",
                    ["token"] = "AA==",
                    ["more"] = 1,
                },
                new JsonObject { ["request"] = "AA==", ["token"] = Convert.ToBase64String(new byte[70_000]) },
                new JsonObject { ["request"] = "AA==" },
            }
        )
        {
            var witness = new TimeStampReceiptVerifier(new TimeStampTrust(), TimeProvider.System).Verify(
                new AnchorReceipt
                {
                    Anchor = "tsa",
                    World = "rfc3161",
                    Network = "tsa.example",
                    Target = AnchorTarget.Envelope,
                    Digest = AnchorSubmission.OfEnvelope("a"u8.ToArray()).Digest,
                    State = ReceiptState.Final,
                    PreparedAt = TimeProvider.System.GetUtcNow(),
                    Proof = proof,
                },
                "a"u8.ToArray()
            );
            Assert.True(witness.IsRefuted);
            Assert.Contains(witness.Checks, static check => check is { Reason: "malformed", Outcome: CheckOutcome.Failed });
        }
    }

    [Fact]
    public void A_file_of_roots_holds_certificates_and_nothing_secret()
    {
        AssertRefused("there is nothing here", "0 certificates");
        AssertRefused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no certificate");
        AssertRefused("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", "private key");
        AssertRefused(new string('a', TimeStampRoots.MaxSizeInBytes + 1), "larger");
        Assert.Contains(
            "cannot be read",
            Assert.Throws<BadInputException>(() => TimeStampRoots.Read(_folder.File("missing.pem"))).Message,
            StringComparison.Ordinal
        );

        void AssertRefused(string text, string why)
        {
            var path = _folder.File("roots.pem");
            File.WriteAllText(path, text);
            Assert.Contains(why, Assert.Throws<BadInputException>(() => TimeStampRoots.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    private async Task<AnchorUnavailableException> FailAsync(RequestDelegate handler, TimeSpan? timeout = null)
    {
        await using var server = await LoopbackServer.StartAsync(handler);
        return await Assert.ThrowsAsync<AnchorUnavailableException>(() => SubmitAsync(Anchor(server.Address, timeout)));
    }

    private static async Task<AnchorReceipt> SubmitAsync(TimeStampAuthorityAnchor anchor) =>
        await anchor.SubmitAsync(await anchor.PrepareAsync(AnchorSubmission.OfEnvelope(Encoding.UTF8.GetBytes("a")), None), None);

    private TimeStampAuthorityAnchor Anchor(string address, TimeSpan? timeout = null) =>
        new(
            new TimeStampAuthorityOptions
            {
                Name = "tsa",
                Address = new Uri(address),
                Timeout = timeout ?? TimeSpan.FromMinutes(2),
            },
            new AnchorHttp(_client, allowPlainHttp: false, TimeProvider.System),
            TimeProvider.System
        );
}
