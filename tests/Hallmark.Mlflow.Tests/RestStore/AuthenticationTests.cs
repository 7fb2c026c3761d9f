using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Servers with MLflow's basic-auth application, as recorded; and what happens to credentials.</summary>
public sealed class AuthenticationTests
{
    private const string Password = "password1234"; // MLflow's published default

    public static TheoryData<string> Versions => new("2.22", "3.6");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_right_user_reads_what_the_server_recorded_for_that_user(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(server.Address, new MlflowCredentials("reader", "reader-password-1", null));
        Assert.NotNull(await store.FindRunAsync(RunOf(version), default));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task User_and_password_in_the_tracking_uri_are_used_and_never_shown(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(
            server.Address.Replace("http://", "http://reader:reader-password-1@", StringComparison.Ordinal)
        );
        Assert.NotNull(await store.FindRunAsync(RunOf(version), default));
        Assert.Equal(server.Address, store.TrackingUri);
    }

    [Theory]
    [InlineData("2.22", 1)]
    [InlineData("2.22", 2)]
    [InlineData("2.22", 3)]
    [InlineData("3.6", 1)]
    [InlineData("3.6", 2)]
    [InlineData("3.6", 3)]
    public async Task Nobody_a_wrong_password_and_a_token_are_refused_with_the_variables_to_set(string version, int recorded)
    {
        // The recorded refusal, whatever is asked.
        var refusal = RecordedExchange.Read(version, "auth.jsonl").Single(e => e.Number == recorded);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = refusal.Status;
            context.Response.ContentType = refusal.ResponseHeaders["content-type"];
            await context.Response.Body.WriteAsync(refusal.ResponseBody);
        });
        var credentials = recorded switch
        {
            1 => MlflowCredentials.None,
            2 => new MlflowCredentials("admin", "wrong", null),
            _ => new MlflowCredentials(null, null, "abc"),
        };
        await using var store = RestStores.Open(server.Address, credentials);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.ListExperimentsAsync(default));
        Assert.Equal(3, failure.ExitCode);
        Assert.StartsWith(
            recorded == 1 ? "the MLflow server asks for a user, and no credentials were sent" : "the MLflow server does not know this user",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("MLFLOW_TRACKING_TOKEN", Assert.Single(failure.Hints), StringComparison.Ordinal);
        var asked = Assert.Single(server.Asked); // a refusal is not asked for twice
        Assert.Equal(refusal.RequestHeaders.GetValueOrDefault("authorization", ""), asked.Authorization);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_user_who_may_only_read_learns_that_the_tag_was_not_written(string version)
    {
        await using var server = await StartAsync(version);
        await using var store = RestStores.Open(server.Address, new MlflowCredentials("reader", "reader-password-1", null));
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.SetRunTagAsync(RunOf(version), "a", "b", default));
        Assert.Contains("Permission denied", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_echoes_the_password_does_not_get_it_into_a_message()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$"""{"error_code": "BAD_REQUEST", "message": "you sent {{context.Request.Headers.Authorization}} and {{Password}}"}"""
            );
        });
        await using var store = RestStores.Open(server.Address, new MlflowCredentials("admin", Password, null));
        var failure = await Assert.ThrowsAnyAsync<Core.Failures.BadInputException>(() => store.FindRunAsync("x", default));
        Assert.DoesNotContain(Password, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("YWRtaW46", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("***", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Location", "http://t0pSecret.example/")]
    [InlineData("Location", "http://[t0pSecret")]
    [InlineData("Location", "/t0pSecret")]
    [InlineData("Content-Type", "text/t0pSecret")]
    public async Task A_server_that_echoes_the_token_in_a_header_does_not_get_it_into_a_message(string header, string value)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = header == "Location" ? 302 : 200;
            context.Response.Headers[header] = value;
            return Task.CompletedTask;
        });
        await using var store = RestStores.Open(server.Address, new MlflowCredentials(null, null, "t0pSecret"));
        var failure = await Assert.ThrowsAnyAsync<Core.Failures.HallmarkException>(() => store.SetRunTagAsync("x", "k", "v", default));
        Assert.DoesNotContain("t0pSecret", failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_redirect_to_another_host_never_carries_the_credentials_there()
    {
        await using var thief = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = thief.Address + "/api/2.0/mlflow/runs/get";
            return Task.CompletedTask;
        });
        await using var store = RestStores.Open(server.Address, new MlflowCredentials("admin", Password, null));
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));
        Assert.Contains("another place", failure.Message, StringComparison.Ordinal);
        Assert.Empty(thief.Asked);
    }

    [Fact]
    public async Task Even_a_client_that_follows_redirects_by_itself_is_not_believed()
    {
        await using var other = await LoopbackServer.StartAsync(context => context.Response.WriteAsJsonAsync(new { run = new { } }));
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect(other.Address + "/x");
            return Task.CompletedTask;
        });
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true });
        await using var store = new Mlflow.RestStore.RestMlflowStore(
            new MlflowStoreOptions { TrackingUri = server.Address, Credentials = new MlflowCredentials("admin", Password, null) },
            http,
            RestStores.Quick
        );
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));
        Assert.All(other.Asked, request => Assert.Empty(request.Authorization));
    }

    [Fact]
    public async Task Artifacts_on_another_server_are_not_asked_for_with_these_credentials()
    {
        await using var store = RestStores.Open("http://127.0.0.1:1", new MlflowCredentials("admin", Password, null));
        var failure = Assert.Throws<MlflowUnavailableException>(() =>
            store.OpenArtifacts("mlflow-artifacts://evil.example.org:5000/1/x/artifacts")
        );
        Assert.Contains("evil.example.org", failure.Message, StringComparison.Ordinal);
    }

    private static string RunOf(string version) =>
        RecordedExchange.Read(version, "auth.jsonl").Single(static e => e.Name == "reader may read").Query["run_id=".Length..];

    private static Task<RecordedMlflowServer> StartAsync(string version) =>
        RecordedMlflowServer.StartAsync(RecordedExchange.Read(version, "auth.jsonl"), checkAuthorization: true);
}
