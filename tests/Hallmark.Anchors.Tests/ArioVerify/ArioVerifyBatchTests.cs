using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.ArioVerify.Batches;
using Hallmark.Anchors.Http;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Tests.ArioVerify;

/// <summary>Batch jobs and their signed reports.</summary>
public sealed class ArioVerifyBatchTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private VerifyService _service = null!; // set by InitializeAsync, before every test

    public async Task InitializeAsync() => _service = await VerifyService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Jobs_that_cannot_be_never_reach_the_network()
    {
        await Assert.ThrowsAsync<BadInputException>(() => Jobs().FindAsync("job/../x", None));
        await Assert.ThrowsAsync<BadInputException>(() => Jobs().CreateAsync([], "key", None));
        await Assert.ThrowsAsync<BadInputException>(() => Jobs().CreateAsync(["short"], "key", None));
        await Assert.ThrowsAsync<BadInputException>(() => Jobs().CreateAsync([VerifyService.TransactionId], "a key", None));
        Assert.Empty(_service.Server.Asked);
    }

    [Fact]
    public async Task A_batch_is_made_once_followed_read_page_by_page_and_its_report_verifies()
    {
        var ids = VerifyService.MakeIds(5);
        var (job, isRepeated) = await Jobs().CreateAsync(ids, "work-7", None);
        Assert.False(isRepeated);
        Assert.Equal((job, true), await Jobs().CreateAsync(ids, "work-7", None));
        _service.PollsUntilDone = 2;
        Assert.Null(await Jobs().FindReportAsync(job, None));
        var seen = new List<ArioJob>();
        var ended = await Jobs(pollSeconds: 60).PollAsync(job, new Recorder(seen), None);
        Assert.Equal((true, 5, 3), (ended.IsEnded, (int)ended.TotalCount, seen.Count));
        Assert.Equal(TimeSpan.FromMilliseconds(1_500), seen[0].Estimate);
        Assert.Equal(ids, (await Jobs().ReadResultsAsync(job, null, None)).Select(static row => row.TransactionId));

        var report = ArioBatchReport.Parse((await Jobs().FindReportAsync(job, None))!);
        Assert.All(report.Verify(job, ids, [_service.Operator]), static check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
        Assert.Equal(ArioOutcome.Tampered, report.FindOutcome(ids[0])!.Outcome);
        Assert.Equal(ArioOutcome.Verified, report.FindOutcome(ids[1])!.Outcome);
        AssertFailed(report.Verify("job_ffffffffffffffff", ids, []), "report_job");
        AssertFailed(report.Verify(job, [.. ids.Skip(1)], []), "report_job");
        AssertFailed(report.Verify(job, ids, [new string('A', 43)]), "report_trust");
        Assert.False(await Jobs().CancelAsync(job, None));
        _service.PollsUntilDone = 1;
        Assert.True(await Jobs().CancelAsync(job, None));
        Assert.Null(await Jobs().FindAsync("job_ffffffffffffffff", None));
    }

    [Fact]
    public async Task A_report_that_contradicts_itself_is_refused()
    {
        var ids = VerifyService.MakeIds(3);
        await Jobs().CreateAsync(ids, "work", None);
        foreach (
            var (change, check) in new (Action<JsonObject>, string)[]
            {
                (report => report["totals"]!["tampered"] = 0, "report_totals"),
                (report => report["failures"]!.AsArray().Clear(), "report_totals"),
                (report => report["failures"]![0]!["txId"] = new string('A', 43), "report_totals"),
                (report => report["totals"]!["total"] = 1, "report_totals"),
                (report => report["operator"] = new string('A', 43), "report_operator"),
            }
        )
        {
            _service.ChangePayload = change;
            AssertFailed(ArioBatchReport.Parse(_service.Report()).Verify(null, null, []), check);
        }

        _service.ChangePayload = report => report["failuresTruncated"] = true;
        var cut = ArioBatchReport.Parse(_service.Report());
        Assert.DoesNotContain(cut.Verify(null, ids, []), static check => check.Outcome is CheckOutcome.Failed);
        Assert.Null(cut.FindOutcome(ids[1]));
        _service.ChangeAttestation = report => report["signature"] = null;
        Assert.Contains(
            ArioBatchReport.Parse(_service.Report()).Verify(null, ids, []),
            static check => check is { Name: "report_signature", Outcome: CheckOutcome.NotRun, IsRequired: true }
        );
        Assert.Throws<BadInputException>(() => ArioBatchReport.Parse("{\"type\":\"verify.bundle.run\",\"version\":2}"u8));
        Assert.Throws<BadInputException>(() => ArioBatchReport.Parse("[]"u8));
        Assert.Throws<BadInputException>(() => ArioBatchReport.Parse(new byte[ArioBatchReport.MaxSizeInBytes + 1]));
    }

    private static void AssertFailed(IEnumerable<Check> checks, string name) =>
        Assert.Equal(CheckOutcome.Failed, checks.Single(check => check.Name == name).Outcome);

    private ArioVerifyJobs Jobs(int pollSeconds = 0) =>
        new(
            new AnchorHttp(_client, allowPlainHttp: false, TimeProvider.System),
            new ArioVerifyOptions
            {
                Address = new Uri(_service.Server.Address + "/verify/"),
                Tenant = "tenant",
                PollEvery = TimeSpan.FromMilliseconds(5),
                PollFor = TimeSpan.FromSeconds(pollSeconds),
            },
            TimeProvider.System
        );

    // Progress<T> reports later and elsewhere; a test wants to know at once.
    private sealed class Recorder(List<ArioJob> seen) : IProgress<ArioJob>
    {
        public void Report(ArioJob value) => seen.Add(value);
    }
}
