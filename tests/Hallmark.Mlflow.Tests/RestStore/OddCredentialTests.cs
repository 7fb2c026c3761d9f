using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Credentials as they come out of files, secrets and addresses: which of them count, what is sent, and that none is ever shown.</summary>
public sealed class OddCredentialTests
{
    [Theory]
    [InlineData("secret-token\n")]
    [InlineData("secret-token\r\n")]
    [InlineData("secret\ntoken")]
    [InlineData("secret-töken")]
    [InlineData("secret\0token")]
    public async Task A_token_that_no_header_can_carry_is_bad_input_that_names_the_variable_and_not_the_token(string token)
    {
        await using var server = await AnswerAsync();
        var failure = await Assert.ThrowsAsync<BadInputException>(async () =>
        {
            await using var store = RestStores.Open(server.Address, new MlflowCredentials(null, null, token));
            await store.ListRegisteredModelsAsync(default);
        });
        Assert.Equal(
            "the token for the MLflow server has a character that cannot be sent: a line end, or one beyond ASCII",
            failure.Message
        );
        Assert.Equal(
            "look at MLFLOW_TRACKING_TOKEN; a line end often comes with a file that it was read from",
            Assert.Single(failure.Hints)
        );
        Assert.Empty(server.Asked);
    }

    [Theory]
    [InlineData("user", "pass", "token", "Basic dXNlcjpwYXNz")]
    [InlineData("user", "", "token", "Bearer token")]
    [InlineData("", "pass", "token", "Bearer token")]
    [InlineData(null, "pass", "token", "Bearer token")]
    [InlineData("user", null, null, "")]
    [InlineData(null, null, "", "")]
    [InlineData("größe", "пароль\n", null, "Basic Z3LDtsOfZTrQv9Cw0YDQvtC70YwK")]
    [InlineData("user", "a:b", null, "Basic dXNlcjphOmI=")]
    public async Task User_and_password_count_where_both_are_there_and_else_the_token(
        string? user,
        string? password,
        string? token,
        string sent
    )
    {
        await using var server = await AnswerAsync();
        await using var store = RestStores.Open(server.Address, new MlflowCredentials(user, password, token));
        await store.ListRegisteredModelsAsync(default);
        Assert.Equal(sent, Assert.Single(server.Asked).Authorization);
    }

    [Theory]
    [InlineData("user:pass", "user:pass")]
    [InlineData("user", "user:")]
    [InlineData("user:", "user:")]
    [InlineData("us%40er:p%2Fa%3Ass%25", "us@er:p/a:ss%")]
    [InlineData("user:a:b", "user:a:b")]
    [InlineData("gr%C3%B6%C3%9Fe:x", "größe:x")]
    public async Task What_stands_in_the_address_goes_before_everything_else_and_is_unescaped(string userInfo, string sent)
    {
        await using var server = await AnswerAsync();
        await using var store = RestStores.Open(
            server.Address.Replace("http://", $"http://{userInfo}@", StringComparison.Ordinal),
            new MlflowCredentials("other", "other", "other")
        );
        await store.ListRegisteredModelsAsync(default);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(sent)), Assert.Single(server.Asked).Authorization);
        Assert.Equal(server.Address, store.TrackingUri);
        Assert.DoesNotContain('@', store.Place);
    }

    [Fact]
    public async Task A_token_that_the_server_echoes_is_blotted_out_but_three_letters_are_no_secret()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync($"you sent {context.Request.Headers.Authorization}");
        });
        await using var store = RestStores.Open(server.Address, new MlflowCredentials(null, null, "hush"));
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.ListRegisteredModelsAsync(default));
        Assert.EndsWith(": you sent Bearer ***", failure.Message, StringComparison.Ordinal);
        await using var shortOne = RestStores.Open(server.Address, new MlflowCredentials(null, null, "you"));
        failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => shortOne.ListRegisteredModelsAsync(default));
        Assert.EndsWith(": you sent Bearer you", failure.Message, StringComparison.Ordinal);
    }

    private static Task<LoopbackServer> AnswerAsync() => LoopbackServer.StartAsync(context => context.Response.WriteAsJsonAsync(new { }));
}
