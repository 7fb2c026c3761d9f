using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Where an answer sends us: below the same server we go, anywhere else never, and what is written is never turned into a question on the way.</summary>
public sealed class RedirectTests
{
    private const string Run = """{"run": {"info": {"run_id": "x", "experiment_id": "1", "status": "FINISHED"}}}""";

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_question_follows_every_kind_of_redirect_with_its_credentials(int status)
    {
        await using var server = await SendAwayAsync(status, Once("/moved/api/2.0/mlflow/runs/get?run_id=x"));
        await using var store = RestStores.Open(server.Address, new MlflowCredentials(null, null, "token-of-ours"));
        Assert.Equal("x", (await store.FindRunAsync("x", default))!.RunId);
        Assert.Equal(
            ["/api/2.0/mlflow/runs/get?run_id=x", "/moved/api/2.0/mlflow/runs/get?run_id=x"],
            server.Asked.Select(request => request.Target)
        );
        Assert.All(server.Asked, request => Assert.Equal("Bearer token-of-ours", request.Authorization));
    }

    [Theory]
    [InlineData("moved/here", "/api/2.0/mlflow/runs/moved/here")]
    [InlineData("../moved", "/api/2.0/mlflow/moved")]
    [InlineData("/moved", "/moved")]
    [InlineData("?run_id=moved", "/api/2.0/mlflow/runs/get?run_id=moved")]
    public async Task A_relative_place_counts_from_the_question(string location, string asked)
    {
        await using var server = await SendAwayAsync(307, Once(location));
        await using var store = RestStores.Open(server.Address);
        Assert.NotNull(await store.FindRunAsync("x", default));
        Assert.Equal(asked, server.Asked[^1].Target);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task What_is_to_be_written_is_not_sent_to_where_only_a_question_would_go(int status)
    {
        await using var server = await SendAwayAsync(status, Once("/moved/set-tag"));
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.SetRunTagAsync("x", "k", "v", default));
        Assert.Equal("the MLflow server redirects what is to be written to /moved/set-tag", failure.Message);
        Assert.Equal("set MLFLOW_TRACKING_URI to the address that it redirects to", Assert.Single(failure.Hints));
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task What_is_to_be_written_goes_on_whole_where_the_redirect_keeps_the_method(int status)
    {
        var bodies = new List<string>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add(context.Request.Method + " " + await reader.ReadToEndAsync());
            if (!context.Request.Path.StartsWithSegments("/moved", StringComparison.Ordinal))
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "/moved";
                return;
            }

            await context.Response.WriteAsJsonAsync(new { });
        });
        await using var store = RestStores.Open(server.Address);
        await store.SetRunTagAsync("x", "k", "v", default);
        Assert.Equal(Enumerable.Repeat("""POST {"run_id":"x","key":"k","value":"v"}""", 2), bodies);
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_the_sixth_is_not()
    {
        var left = 5;
        await using var server = await SendAwayAsync(307, _ => Interlocked.Decrement(ref left) >= 0 ? "/on" : null);
        await using var store = RestStores.Open(server.Address);
        Assert.NotNull(await store.FindRunAsync("x", default));
        Assert.Equal(6, server.Asked.Count);
        left = 6;
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync("x", default));
        Assert.Equal("the MLflow server redirects api/2.0/mlflow/runs/get more than 5 times", failure.Message);
    }

    [Fact]
    public async Task A_redirect_that_does_not_say_where_to_is_refused()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 302;
            return Task.CompletedTask;
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync("x", default));
        Assert.Equal("the MLflow server answered 302 without saying where to go", failure.Message);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("///")]
    [InlineData("//:0/x")]
    [InlineData("//[::1")]
    [InlineData("http://")]
    [InlineData("http://[/x")]
    [InlineData("https:///x")]
    [InlineData("mailto:somebody@example.org")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("//user:secret@evil.example.org/x")]
    [InlineData("http://127.0.0.1:1/x")]
    [InlineData("http://127.0.0.1.evil.example.org/x")]
    [InlineData("http://evil.example.org\\@127.0.0.1/x")]
    [InlineData("\\\\evil.example.org\\share")]
    public async Task Any_other_place_is_a_failure_of_ours_and_nothing_is_asked_there(string location)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        await using var store = RestStores.Open(server.Address, new MlflowCredentials(null, null, "token-of-ours"));
        var failure = await Assert.ThrowsAnyAsync<HallmarkException>(() => store.FindRunAsync("x", default));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.All(server.Asked, request => Assert.StartsWith("/", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_host_by_another_scheme_or_port_is_another_place()
    {
        await using var other = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(Run));
        foreach (var scheme in new[] { "http", "https" })
        {
            await using var server = await SendAwayAsync(
                307,
                context => scheme == "https" ? "https://" + context.Request.Host : other.Address + "/x"
            );
            await using var store = RestStores.Open(server.Address);
            var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));
            Assert.StartsWith(
                $"the MLflow server sends us to another place, {scheme}://127.0.0.1:",
                failure.Message,
                StringComparison.Ordinal
            );
            Assert.EndsWith("; credentials are not sent there", failure.Message, StringComparison.Ordinal);
            Assert.Equal("if that is the right server, set MLFLOW_TRACKING_URI to it", Assert.Single(failure.Hints));
        }

        Assert.Empty(other.Asked);
    }

    // Where the function gives a place the question is sent there, else it is answered.
    private static Task<LoopbackServer> SendAwayAsync(int status, Func<HttpContext, string?> where) =>
        LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            if (where(context) is not { } location)
            {
                await context.Response.WriteAsync(Run);
                return;
            }

            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
        });

    private static Func<HttpContext, string?> Once(string location)
    {
        var left = 1;
        return _ => Interlocked.Decrement(ref left) >= 0 ? location : null;
    }
}
