using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Remote;
using Hallmark.Inference.Runners.Scoring;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Runners.Remote;

public sealed class RemoteRunnerTests
{
    private const string Token = "correct-horse-battery-staple";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ModelInput Input = new(InputForm.Instances, JsonNode.Parse("[[1]]"));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/invocations")]
    [InlineData("/models/a")]
    [InlineData("/models/a/invocations")]
    public async Task An_address_is_the_servers_root_or_its_invocations(string path)
    {
        await using var server = await RemoteServer.StartAsync();
        await using var runner = await RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(server.Http.Address + path) });
        await runner.RunAsync(Input, None);
        var expected = path.StartsWith("/models", StringComparison.Ordinal) ? "/models/a/invocations" : "/invocations";
        Assert.Equal(expected, server.Http.Asked[^1].Target);
        Assert.Equal(new Uri(server.Http.Address + expected), runner.Identity.Address);
        Assert.Equal("3.6.1", runner.Identity.Version);
        Assert.Null(runner.Identity.CertificateSha256);
        Assert.Equal("remote", runner.Kind);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://model.example/")]
    [InlineData("https://user:hunter2@model.example/")]
    [InlineData("https://model.example/?token=hunter2")]
    [InlineData("https://model.example/#hunter2")]
    public async Task An_address_that_is_not_encrypted_or_carries_secrets_is_refused_without_showing_them(string address)
    {
        var refusal = await Assert.ThrowsAsync<BadInputException>(() =>
            RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(address) })
        );
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_never_sent_in_the_clear_to_another_machine_nor_shown()
    {
        var options = new RemoteRunnerOptions
        {
            Address = new Uri("http://model.example/"),
            AllowPlainHttp = true,
            Token = Token,
        };
        await Assert.ThrowsAsync<BadInputException>(() => RemoteServer.ConnectAsync(options));
        Assert.DoesNotContain(Token, options.ToString(), StringComparison.Ordinal);
        var broken = new RemoteRunnerOptions { Address = new Uri("https://model.example/"), Token = Token + "\r\nX: y" };
        Assert.DoesNotContain(
            Token,
            (await Assert.ThrowsAsync<BadInputException>(() => RemoteServer.ConnectAsync(broken))).ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_token_goes_as_bearer_with_every_question_and_a_refusal_says_which_variable()
    {
        await using var server = await RemoteServer.StartAsync();
        await using var runner = await RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = server.Address, Token = Token });
        await runner.RunAsync(Input, None);
        Assert.All(server.Http.Asked, asked => Assert.Equal("Bearer " + Token, asked.Authorization));

        await using var closed = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync(context.Request.Headers.Authorization.ToString());
        });
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() =>
            RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(closed.Address), Token = Token })
        );
        Assert.Contains(refusal.Hints, hint => hint.Contains(RemoteRunnerOptions.TokenVariable, StringComparison.Ordinal));
        Assert.DoesNotContain(Token, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_neither_when_connecting_nor_later()
    {
        await using var thief = await RemoteServer.StartAsync();
        await using var moved = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect(thief.Http.Address);
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<UnavailableException>(() =>
            RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(moved.Address) })
        );

        await using var moving = await RemoteServer.StartAsync(context =>
        {
            context.Response.Redirect(thief.Http.Address, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        await using var runner = await moving.ConnectAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(Input, None));
        Assert.Empty(thief.Http.Asked);
    }

    [Theory]
    [InlineData(400, typeof(ModelInputException))]
    [InlineData(413, typeof(ModelInputException))]
    [InlineData(422, typeof(ModelInputException))]
    [InlineData(401, typeof(UnavailableException))]
    [InlineData(403, typeof(UnavailableException))]
    [InlineData(404, typeof(UnavailableException))]
    [InlineData(405, typeof(UnavailableException))]
    [InlineData(408, typeof(UnavailableException))]
    [InlineData(415, typeof(UnavailableException))]
    [InlineData(429, typeof(UnavailableException))]
    [InlineData(502, typeof(UnavailableException))]
    [InlineData(503, typeof(UnavailableException))]
    [InlineData(504, typeof(UnavailableException))]
    [InlineData(500, typeof(ModelRunException))]
    [InlineData(202, typeof(ModelRunException))]
    [InlineData(418, typeof(ModelRunException))]
    public async Task Each_status_is_somebodys_fault(int status, Type type)
    {
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "3";
            return context.Response.WriteAsync("""{"detail":"so it is"}""");
        });
        await using var runner = await server.ConnectAsync();
        var failure = await Assert.ThrowsAnyAsync<HallmarkException>(() => runner.RunAsync(Input, None));
        Assert.IsType(type, failure);
        if (status is not (401 or 403))
        {
            Assert.Contains("so it is", failure.Message, StringComparison.Ordinal);
        }

        if (status is 429 or 503)
        {
            Assert.Equal(TimeSpan.FromSeconds(3), ((UnavailableException)failure).RetryAfter);
        }
    }

    [Theory]
    [InlineData("3.6.1\u001b[0m")]
    [InlineData("<html>")]
    [InlineData("""{"version":"1"}""")]
    [InlineData("")]
    [InlineData("two\nlines")]
    public async Task A_version_that_is_no_version_is_none(string version)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync(context.Request.Path == "/version" ? version : "\n")
        );
        await using var runner = await RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(server.Address) });
        Assert.Null(runner.Identity.Version);
    }

    [Fact]
    public async Task A_server_that_has_only_invocations_is_connected_and_one_that_is_absent_or_not_ready_is_not()
    {
        await using (
            var bare = await LoopbackServer.StartAsync(context =>
            {
                context.Response.StatusCode = context.Request.Path == "/invocations" ? 200 : 404;
                return context.Response.WriteAsync("""{"predictions":null}""");
            })
        )
        {
            await using var runner = await RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(bare.Address) });
            Assert.Null(runner.Identity.Version);
            Assert.Null((await runner.RunAsync(Input, None)).Value);
        }

        string absent;
        await using (
            var starting = await LoopbackServer.StartAsync(context =>
            {
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            })
        )
        {
            absent = starting.Address;
            await Assert.ThrowsAsync<UnavailableException>(() =>
                RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(absent) })
            );
        }

        await Assert.ThrowsAsync<UnavailableException>(() =>
            RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = new Uri(absent) })
        );
    }

    [Fact]
    public async Task An_answer_is_bounded_in_size_and_time()
    {
        await using var endless = await RemoteServer.StartAsync(async context =>
        {
            var block = new byte[8192];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        await using (
            var runner = await RemoteServer.ConnectAsync(
                new RemoteRunnerOptions
                {
                    Address = endless.Address,
                    Limits = new ExchangeLimits { MaxAnswerInBytes = 100_000 },
                }
            )
        )
        {
            await Assert.ThrowsAsync<ModelRunException>(() => runner.RunAsync(Input, None));
        }

        await using var slow = await RemoteServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var late = await RemoteServer.ConnectAsync(
            new RemoteRunnerOptions
            {
                Address = slow.Address,
                Limits = new ExchangeLimits { Timeout = TimeSpan.FromMilliseconds(200) },
            }
        );
        await Assert.ThrowsAsync<UnavailableException>(() => late.RunAsync(Input, None));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_and_a_pinned_one_is_recorded()
    {
        using var certificate = SelfSigned();
        var hash = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        await using var server = await RemoteServer.StartAsync("""{"predictions": [1]}""", certificate);
        await Assert.ThrowsAsync<UnavailableException>(() => server.ConnectAsync());
        await using var runner = await RemoteServer.ConnectAsync(
            new RemoteRunnerOptions { Address = server.Address, PinnedCertificate = hash.ToUpperInvariant() }
        );
        Assert.Equal(hash, runner.Identity.CertificateSha256);
        await runner.RunAsync(Input, None);
    }

    [Fact]
    public async Task Another_certificate_than_the_pinned_one_is_refused_and_both_are_named()
    {
        using var certificate = SelfSigned();
        await using var server = await RemoteServer.StartAsync("""{"predictions": [1]}""", certificate);
        var pin = new string('a', 64);
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() =>
            RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = server.Address, PinnedCertificate = pin })
        );
        Assert.Contains(pin, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BadInputException>(() =>
            RemoteServer.ConnectAsync(new RemoteRunnerOptions { Address = server.Address, PinnedCertificate = "sha256" })
        );
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        var request = new CertificateRequest("CN=model.example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero)
        );
    }
}
