using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Remote;
using Hallmark.Inference.Runners.Scoring;
using Hallmark.Inference.Runners.Signatures;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Runners.Remote;

/// <summary>Exactly at a bound of what is exchanged with a model server, and one beyond.</summary>
public sealed class RemoteBoundsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ModelInput One = new(InputForm.Inputs, JsonNode.Parse("[1]"));

    [Theory]
    [InlineData(true, 1_000, true)]
    [InlineData(true, 1_001, false)]
    [InlineData(false, 1_000, true)]
    [InlineData(false, 1_001, false)]
    [InlineData(false, 40_000, false)]
    public async Task An_answer_of_exactly_the_bound_is_read_whole_and_no_byte_more(bool saysItsLength, int length, bool isRead)
    {
        var answer = """{"predictions": [1]}""".PadRight(length);
        await using var server = await RemoteServer.StartAsync(async context =>
        {
            context.Response.ContentLength = saysItsLength ? length : null;
            foreach (var part in answer.Chunk(700))
            {
                await context.Response.WriteAsync(new string(part));
                await context.Response.Body.FlushAsync();
            }
        });
        await using var runner = await ConnectAsync(server, new ExchangeLimits { MaxAnswerInBytes = 1_000 });

        if (isRead)
        {
            Assert.Equal("[1]", (await runner.RunAsync(One, None)).Value!.ToJsonString());
        }
        else
        {
            var failure = await Assert.ThrowsAsync<ModelRunException>(() => runner.RunAsync(One, None));
            Assert.Equal($"the model server at {server.Address} answered more than the 1000 bytes that are read of it", failure.Message);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_request_of_exactly_the_bound_is_sent_and_one_byte_more_is_not(int more, bool isSent)
    {
        await using var server = await RemoteServer.StartAsync();
        var text = new string('x', 500 + more);
        var body = "{\"inputs\":\"" + text + "\"}";
        await using var runner = await ConnectAsync(server, new ExchangeLimits { MaxRequestInBytes = body.Length - more });
        var input = new ModelInput(InputForm.Inputs, JsonValue.Create(text));

        if (isSent)
        {
            await runner.RunAsync(input, None);
            Assert.Equal(body, server.LastBody.Body);
        }
        else
        {
            var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(input, None));
            Assert.Equal($"the input has {body.Length} bytes; at most {body.Length - 1} go to the model", refusal.Message);
            Assert.DoesNotContain(server.Http.Asked, asked => asked.Target.EndsWith("/invocations", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", null)]
    [InlineData("86400", 86_400)]
    [InlineData("86401", 86_400)]
    [InlineData("99999999999", null)]
    [InlineData("-3", null)]
    [InlineData("soon", null)]
    [InlineData("3.5", null)]
    public async Task What_the_server_asks_for_is_kept_up_to_a_day(string header, int? seconds)
    {
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });
        await using var runner = await server.ConnectAsync();
        var failure = await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(One, None));
        Assert.Equal(seconds, (int?)failure.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(90, 90)]
    [InlineData(-90, null)]
    [InlineData(200_000, 86_400)]
    public async Task A_date_to_come_again_at_counts_from_our_clock(int ahead, int? seconds)
    {
        var clock = new TestClock(runs: false);
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = clock.GetUtcNow().AddSeconds(ahead).ToString("R", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        await using var runner = await RemoteRunner.ConnectAsync(new RemoteRunnerOptions { Address = server.Address }, clock, None);
        var failure = await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(One, None));
        if (seconds is null)
        {
            Assert.Null(failure.RetryAfter);
        }
        else
        {
            // The header has whole seconds.
            Assert.InRange(failure.RetryAfter!.Value.TotalSeconds, seconds.Value - 1, seconds.Value);
        }
    }

    [Fact]
    public async Task Of_a_refusal_the_beginning_is_told_on_one_line_with_what_the_model_takes()
    {
        var names = Enumerable.Range(0, 22).Select(i => $"column_{i}");
        var signature = new ModelSignature([.. names.Select(name => new ModelField(name, "FP64", [-1]))], [], HasTensorInputs: false);
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            var message = "Failed to\npredict \u001b[31m" + new string('x', 3_000);
            return context.Response.WriteAsync(new JsonObject { ["error_code"] = "BAD_REQUEST", ["message"] = message }.ToJsonString());
        });
        await using var runner = await RemoteServer.ConnectAsync(
            new RemoteRunnerOptions { Address = server.Address, Signature = signature }
        );

        var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(One, None));

        Assert.StartsWith("the model does not take the input: Failed to predict", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        Assert.InRange(refusal.Message.Length, 600, 600 + "the model does not take the input: …".Length);
        var hint = Assert.Single(refusal.Hints);
        Assert.StartsWith("it takes column_0 (FP64), column_1 (FP64), ", hint, StringComparison.Ordinal);
        Assert.EndsWith("column_19 (FP64) and 2 more", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_without_end_is_answered_after_its_first_mebibyte()
    {
        await using var server = await RemoteServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 500;
            var part = new string('x', 65_536);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(part, context.RequestAborted);
            }
        });
        await using var runner = await server.ConnectAsync();
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => runner.RunAsync(One, None));
        Assert.StartsWith($"the model server at {server.Address} failed (HTTP 500)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_out_of_their_own_are_the_callers_errors()
    {
        foreach (var bytes in new[] { 0, -1, (1 << 30) + 1 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new ExchangeLimits { MaxRequestInBytes = bytes });
        }

        foreach (var bytes in new[] { 0, -1, (256 << 20) + 1 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new ExchangeLimits { MaxAnswerInBytes = bytes });
        }

        foreach (var time in new[] { TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new ExchangeLimits { Timeout = time });
        }

        var widest = new ExchangeLimits
        {
            MaxRequestInBytes = 1 << 30,
            MaxAnswerInBytes = 256 << 20,
            Timeout = TimeSpan.FromDays(1),
        };
        Assert.Equal((1 << 30, 256 << 20, TimeSpan.FromDays(1)), (widest.MaxRequestInBytes, widest.MaxAnswerInBytes, widest.Timeout));
    }

    private static Task<RemoteRunner> ConnectAsync(RemoteServer server, ExchangeLimits limits) =>
        RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = server.Address, Limits = limits });
}
