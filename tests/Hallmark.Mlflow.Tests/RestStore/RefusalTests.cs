using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>What becomes of each refusal that an MLflow server, or whatever stands before it, can give: its kind, its words, and what to do.</summary>
public sealed class RefusalTests
{
    private const string Json = "application/json";
    private const string Asked = "GET api/2.0/mlflow/registered-models/search";

    public static TheoryData<int, string?, string, Type, string> Refusals =>
        new()
        {
            {
                401,
                "text/html",
                "<p>You are not authenticated",
                typeof(MlflowUnavailableException),
                "the MLflow server asks for a user, and no credentials were sent: they go only to the server that --tracking-uri, MLFLOW_TRACKING_URI or the settings name"
            },
            {
                403,
                "text/plain",
                "Permission denied",
                typeof(MlflowUnavailableException),
                $"the MLflow server refuses {Asked} to this user: Permission denied"
            },
            { 403, null, "", typeof(MlflowUnavailableException), $"the MLflow server refuses {Asked} to this user" },
            {
                403,
                "text/plain",
                "invalid host header - possible DNS rebinding attack detected",
                typeof(MlflowUnavailableException),
                "the MLflow server refuses the host name it was called by: invalid host header - possible DNS rebinding attack detected"
            },
            {
                404,
                Json,
                """{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Run 'x' not found"}""",
                typeof(MlflowNotFoundException),
                "Run 'x' not found"
            },
            { 404, Json, """{"error_code": "NOT_FOUND"}""", typeof(MlflowNotFoundException), "no such thing on the MLflow server" },
            {
                404,
                Json,
                """{"error_code": "ENDPOINT_NOT_FOUND", "message": "no"}""",
                typeof(MlflowUnavailableException),
                $"the server has no route for {Asked}"
            },
            { 404, "text/html", "<!doctype html>", typeof(MlflowUnavailableException), $"the server has no route for {Asked}" },
            { 404, Json, """{"detail": "Not Found"}""", typeof(MlflowUnavailableException), $"the server has no route for {Asked}" },
            { 405, "text/html", "<!doctype html>", typeof(MlflowUnavailableException), $"the server has no route for {Asked}" },
            {
                409,
                Json,
                """{"error_code": "RESOURCE_CONFLICT", "message": "taken"}""",
                typeof(MlflowConflictException),
                "it exists already: taken"
            },
            { 409, null, "", typeof(MlflowConflictException), "it exists already" },
            {
                400,
                Json,
                """{"error_code": "RESOURCE_ALREADY_EXISTS", "message": "Registered Model (name=m) already exists."}""",
                typeof(MlflowConflictException),
                "it exists already: Registered Model (name=m) already exists."
            },
            {
                400,
                Json,
                """{"error_code": "INVALID_PARAMETER_VALUE", "message": "bad"}""",
                typeof(BadInputException),
                $"the MLflow server refuses {Asked}: bad"
            },
            { 400, Json, """{"error_code": 7, "message": ["bad"]}""", typeof(BadInputException), $"the MLflow server refuses {Asked}" },
            { 400, Json, """{"message": "half""", typeof(MlflowUnavailableException), $"the MLflow server answered {Asked} with 400" },
            { 400, Json, "[]", typeof(MlflowUnavailableException), $"the MLflow server answered {Asked} with 400" },
            {
                400,
                Json,
                """{"message": "Bad Request"}""",
                typeof(MlflowUnavailableException),
                $"the MLflow server answered {Asked} with 400: Bad Request"
            },
            { 400, "text/html", "<h1>400</h1>", typeof(MlflowUnavailableException), $"the MLflow server answered {Asked} with 400" },
            { 400, null, "", typeof(MlflowUnavailableException), $"the MLflow server answered {Asked} with 400" },
            { 422, null, "", typeof(MlflowUnavailableException), $"the MLflow server answered {Asked} with 422" },
            {
                400,
                Json,
                """{"message": "\ud800"}""",
                typeof(MlflowUnavailableException),
                $$"""the MLflow server answered {{Asked}} with 400: {"message": "\ud800"}"""
            },
            {
                422,
                Json,
                """{"detail": "field required"}""",
                typeof(BadInputException),
                $"the MLflow server refuses {Asked}: field required"
            },
            {
                422,
                Json,
                """{"detail": [{"loc": ["header"], "msg": "field required"}]}""",
                typeof(BadInputException),
                $"the MLflow server refuses {Asked}"
            },
            {
                500,
                Json,
                """{"error_code": "INTERNAL_ERROR", "message": "disk\tfull\r\n\u0007 now"}""",
                typeof(MlflowUnavailableException),
                $"the MLflow server answered {Asked} with 500: disk full now"
            },
            {
                500,
                "text/html",
                "<html><body>Internal Server Error",
                typeof(MlflowUnavailableException),
                $"the MLflow server answered {Asked} with 500"
            },
            {
                502,
                "text/html",
                "no page at all",
                typeof(MlflowUnavailableException),
                $"the MLflow server answered {Asked} with 502: no page at all"
            },
            { 507, null, "full", typeof(MlflowUnavailableException), $"the MLflow server answered {Asked} with 507: full" },
            { 418, null, "teapot", typeof(MlflowUnavailableException), $"the MLflow server answered {Asked} with 418: teapot" },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_told_by_its_kind_in_one_line(int status, string? mediaType, string body, Type kind, string message)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var failure = await RefusedAsync(status, mediaType, Encoding.UTF8.GetBytes(body));
        Assert.Equal((kind, message), (failure.GetType(), failure.Message));
        Assert.Equal(failure is MlflowUnavailableException ? 3 : 2, failure.ExitCode);
    }

    [Theory]
    [InlineData(
        400,
        "these are not MLflow's words: see what stands before it, or that the tracking URI (MLFLOW_TRACKING_URI) is its address"
    )]
    [InlineData(401, "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN")]
    [InlineData(404, "check the tracking URI: it is the address of the MLflow server with its path prefix, without /api")]
    [InlineData(500, "look into the server's log, or try again later")]
    public async Task A_refusal_comes_with_what_to_do(int status, string hint) =>
        Assert.Equal(hint, Assert.Single((await RefusedAsync(status, null, [])).Hints));

    [Theory]
    [InlineData(300, false)]
    [InlineData(301, true)]
    public async Task A_long_message_is_cut_at_300_characters(int length, bool isCut)
    {
        var text = new string('m', length);
        var failure = await RefusedAsync(500, "text/plain", Encoding.UTF8.GetBytes(text));
        Assert.EndsWith(isCut ? ": " + text[..300] + "…" : ": " + text, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public async Task A_text_that_is_longer_than_any_message_is_not_shown(int length, bool isShown)
    {
        var failure = await RefusedAsync(500, "text/plain", Encoding.UTF8.GetBytes(new string('m', length)));
        Assert.Equal(isShown, failure.Message.Contains("mmm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_that_is_no_UTF_8_is_still_one_and_stays_on_its_line()
    {
        var failure = await RefusedAsync(500, Json, [0xff, 0x0a, 0x1b, 0xfe, 0x00, (byte)'x']);
        Assert.Equal($"the MLflow server answered {Asked} with 500: \ufffd \ufffd x", failure.Message);
    }

    [Theory]
    [InlineData("text/html", "text/html")]
    [InlineData("text/plain", "text/plain")]
    [InlineData("application/octet-stream", "application/octet-stream")]
    public async Task A_success_that_is_no_JSON_is_none(string mediaType, string shown)
    {
        var failure = await RefusedAsync(200, mediaType, "{}"u8.ToArray());
        Assert.Equal(
            $"{Asked} was answered with {shown} and not with JSON: this is not an MLflow server, or a login page stands before it",
            failure.Message
        );
        Assert.Equal("check the tracking URI (MLFLOW_TRACKING_URI)", Assert.Single(failure.Hints));
    }

    [Theory]
    [InlineData(Json)]
    [InlineData("application/json; charset=utf-8")]
    [InlineData(null)]
    public async Task A_success_may_name_its_character_set_or_no_kind_at_all(string? mediaType)
    {
        await using var server = await ServeAsync(200, mediaType, "{}"u8.ToArray());
        await using var store = RestStores.Open(server.Address);
        Assert.Empty(await store.ListRegisteredModelsAsync(default));
    }

    private static async Task<HallmarkException> RefusedAsync(int status, string? mediaType, byte[] body)
    {
        await using var server = await ServeAsync(status, mediaType, body);
        await using var store = RestStores.Open(server.Address);
        return await Assert.ThrowsAnyAsync<HallmarkException>(() => store.ListRegisteredModelsAsync(default));
    }

    private static Task<LoopbackServer> ServeAsync(int status, string? mediaType, byte[] body) =>
        LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = mediaType;
            await context.Response.Body.WriteAsync(body);
        });
}
