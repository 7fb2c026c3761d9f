using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.ArioVerify.Batches;
using Hallmark.Anchors.Http;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.ArioVerify;

/// <summary>The list of runs that ended (ario-verify-api.md §7.3).</summary>
public sealed class ArioJobEventTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private readonly List<JsonObject> _events = [];
    private VerifyService _service = null!; // set by InitializeAsync, before every test

    public async Task InitializeAsync()
    {
        _service = await VerifyService.StartAsync();
        _service.Before = AnswerAsync;
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Events_are_read_page_by_page_in_order_from_the_last_that_is_known()
    {
        for (var id = 1; id <= 7; id++)
        {
            _events.Add(Event(id));
        }

        var all = await Jobs().ReadEventsAsync(0, None);
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7], all.Select(one => one.Id));
        Assert.Equal([5L, 6, 7], (await Jobs().ReadEventsAsync(4, None)).Select(one => one.Id));
        Assert.Empty(await Jobs().ReadEventsAsync(7, None));
        Assert.Equal(
            new ArioJobEvent(
                1,
                "job_0123456789abcdef",
                "run_0123456789abcdef",
                "run.completed",
                DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_001),
                4,
                1,
                0,
                "bndl_0123456789abcdef",
                null
            ),
            all[0]
        );
    }

    [Fact]
    public async Task A_run_that_failed_says_why()
    {
        _events.Add(Event(1, one => (one["type"], one["payload"]) = ("run.failed", new JsonObject { ["reason"] = "stalled" })));
        var failed = Assert.Single(await Jobs().ReadEventsAsync(0, None));
        Assert.Equal(("run.failed", "stalled", null, null), (failed.Type, failed.Reason, failed.BundleId, failed.Verified));
    }

    [Theory]
    [InlineData("id", "1")]
    [InlineData("id", "0")]
    [InlineData("id", "\"2\"")]
    [InlineData("jobId", "\"../x\"")]
    [InlineData("jobId", "null")]
    [InlineData("type", "\"\"")]
    [InlineData("tenantId", "\"another\"")]
    [InlineData("createdAt", "-1")]
    [InlineData("createdAt", "9223372036854775807")]
    public async Task Events_out_of_order_of_another_tenant_or_malformed_are_no_answer(string member, string value)
    {
        _events.Add(Event(1));
        _events.Add(Event(2, one => one[member] = JsonNode.Parse(value)));
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Jobs().ReadEventsAsync(0, None));
    }

    [Fact]
    public async Task A_service_that_gives_the_same_page_for_ever_is_noticed()
    {
        _service.Before = async context =>
        {
            await context.Response.WriteAsync(new JsonObject { ["items"] = new JsonArray(Event(1)), ["nextCursor"] = "1" }.ToJsonString());
            return true;
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Jobs().ReadEventsAsync(0, None));
    }

    [Theory]
    [InlineData(400, "{\"error\":\"invalid_since\"}")]
    [InlineData(401, "{\"error\":\"Missing X-Tenant-Id header\"}")]
    [InlineData(200, "{}")]
    [InlineData(200, "[]")]
    [InlineData(200, "{\"items\":[[1]],\"nextCursor\":null}")]
    public async Task What_is_no_list_of_events_is_no_answer(int status, string body)
    {
        _service.Before = async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return true;
        };
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Jobs().ReadEventsAsync(0, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Jobs().ReadEventsAsync(-1, None));
    }

    private static JsonObject Event(long id, Action<JsonObject>? change = null)
    {
        var one = new JsonObject
        {
            ["id"] = id,
            ["tenantId"] = "tenant",
            ["jobId"] = "job_0123456789abcdef",
            ["runId"] = "run_0123456789abcdef",
            ["type"] = "run.completed",
            ["payload"] = new JsonObject
            {
                ["totals"] = new JsonObject
                {
                    ["verified"] = 4,
                    ["tampered"] = 1,
                    ["unavailable"] = 0,
                },
                ["bundleId"] = "bndl_0123456789abcdef",
            },
            ["createdAt"] = 1_795_000_000_000 + id,
        };
        change?.Invoke(one);
        return one;
    }

    // Three in a page, whatever limit is asked for: a limit is the most, not the least.
    private async Task<bool> AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/verify/api/v1/jobs/events")
        {
            return false;
        }

        Assert.Equal("tenant", context.Request.Headers["X-Tenant-Id"].ToString());
        var since = long.Parse(context.Request.Query["since"].ToString(), CultureInfo.InvariantCulture);
        var rest = _events.Skip((int)since).ToList();
        await context.Response.WriteAsync(
            new JsonObject
            {
                ["items"] = new JsonArray([.. rest.Take(3).Select(one => one.DeepClone())]),
                ["nextCursor"] = rest.Count > 3 ? (since + 3).ToString(CultureInfo.InvariantCulture) : null,
            }.ToJsonString()
        );
        return true;
    }

    private ArioVerifyJobs Jobs() =>
        new(
            new AnchorHttp(_client, allowPlainHttp: false, TimeProvider.System),
            new ArioVerifyOptions { Address = new Uri(_service.Server.Address + "/verify/"), Tenant = "tenant" },
            TimeProvider.System
        );
}
