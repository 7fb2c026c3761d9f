using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.RestStore;
using Hallmark.Mlflow.Tests.Verification;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>What predictions leave in MLflow goes through the outbox, many in one piece, and may be late, repeated or partly refused.</summary>
public sealed class PredictionWriteBackTests
{
    private readonly Workshop _workshop = new();

    private MemoryMlflowStore Store => _workshop.Store;

    private PredictionWriteBackHandler Handler => new(_workshop.Log, (_, _) => Task.FromResult<IMlflowStore>(Store));

    [Fact]
    public async Task A_batch_is_one_piece_of_work_and_leaves_every_traces_tags_and_every_runs_files()
    {
        var predictions = Enumerable.Range(0, 40).Select(i => Direct(i, traced: true)).ToList();
        await Log().AppendAllAsync(predictions, default);
        var work = Assert.Single(_workshop.Log.Outbox);
        Assert.Equal("mlflow.predictions:" + StoreMark.Of("memory:/store")[..16], work.Kind);
        Assert.True(work.Body.Length < 40 * 50 + 200);
        Assert.Empty(Store.Writes);

        await _workshop.Log.DrainAsync(Handler);
        for (var i = 0; i < 40; i++)
        {
            var verdict = await new TraceVerifier(_workshop.Scope).VerifyAsync(TraceOf(i), null, default);
            Workshop.Verified(verdict);
            var without = await new TraceVerifier(_workshop.Scope with { Log = null }).VerifyAsync(TraceOf(i), null, default);
            Workshop.Verified(without);
        }
    }

    [Fact]
    public async Task Tags_and_files_are_those_of_the_plan_in_its_order()
    {
        var prepared = Prepare(1, traced: true);
        await Log().AppendAsync(prepared.ToSubmission([]), default);
        await _workshop.Log.DrainAsync(Handler);
        var expected = WriteBackPlans
            .ForPrediction(prepared, Facts(1), TraceOf(1), uploads: false)
            .Select(step => step.Target is WriteBackTarget.TraceTag ? $"trace-tag {step.Key}" : step.Key);
        Assert.Equal(
            expected.Where(step => step.StartsWith("trace-tag", StringComparison.Ordinal)),
            Store.Writes.Where(write => write.StartsWith("trace-tag", StringComparison.Ordinal))
        );
        Assert.Equal(prepared.Record.ToArray(), _workshop.Artifacts.Files[$"ario/predictions/{Id(1)}/payload.json"]);
        Assert.True(_workshop.Artifacts.Files.ContainsKey($"ario/predictions/{Id(1)}/proof.json"));
        Assert.Equal("disabled", Store.Traces[TraceOf(1)].Tags[ArioTags.ProofStatus]);
    }

    [Fact]
    public async Task While_mlflow_is_down_predictions_are_logged_all_the_same_and_written_later()
    {
        Store.Outage = true;
        var outcomes = await Log().AppendAllAsync([Direct(1, traced: true), Direct(2, traced: true)], default);
        Assert.All(outcomes, outcome => Assert.True(outcome.IsLogged));
        await _workshop.Log.DrainAsync(Handler);
        Assert.Single(_workshop.Log.Outbox);
        Store.Outage = false;
        await _workshop.Log.DrainAsync(Handler);
        Assert.Empty(_workshop.Log.Outbox);
        Workshop.Verified(await new TraceVerifier(_workshop.Scope).VerifyAsync(TraceOf(2), null, default));
    }

    /// <summary>A login page, or a proxy's, in the place of the server: no prediction was refused.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public async Task While_a_page_stands_in_the_servers_place_predictions_wait_and_are_not_given_up(int status)
    {
        await Log().AppendAllAsync([Direct(1, traced: true), Direct(2, traced: true)], default);
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<title>Sign in</title>");
        });
        var handler = new PredictionWriteBackHandler(
            _workshop.Log,
            (_, _) => Task.FromResult<IMlflowStore>(RestStores.Open(server.Address))
        );
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => handler.HandleAsync(_workshop.Log.Outbox.Peek(), default));
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Done_twice_it_leaves_what_it_left_once()
    {
        await Log().AppendAllAsync([Direct(1, traced: true)], default);
        var work = _workshop.Log.Outbox.Peek();
        await Handler.HandleAsync(work, default);
        var (tags, files) = (Store.Traces[TraceOf(1)].Tags, _workshop.Artifacts.Files.ToDictionary());
        await Handler.HandleAsync(work, default);
        Assert.Equal(tags, Store.Traces[TraceOf(1)].Tags);
        Assert.Equal(files, _workshop.Artifacts.Files);
    }

    [Fact]
    public async Task A_trace_or_a_run_that_was_deleted_meanwhile_holds_up_nobody()
    {
        await Log().AppendAllAsync([Direct(1, traced: true), Direct(2, traced: true)], default);
        Store.Traces.Remove(TraceOf(1));
        await _workshop.Log.DrainAsync(Handler);
        Assert.Empty(_workshop.Log.Outbox);
        Workshop.Verified(await new TraceVerifier(_workshop.Scope).VerifyAsync(TraceOf(2), null, default));
    }

    [Fact]
    public async Task Batched_predictions_leave_something_only_where_there_is_a_trace_and_direct_ones_always()
    {
        var scene = await TraceScene.BatchedAsync();
        var entry = scene.Workshop.Log.Entries.Single();
        var batched = new EventSubmission
        {
            Envelope = entry.Envelope,
            Record = entry.Record,
            EventId = entry.EventId,
            PayloadHash = entry.PayloadHash,
            SubjectKey = entry.SubjectKey,
        };
        var untraced = batched with
        {
            Envelope = "{}"u8.ToArray(),
            EventId = Id(7),
            Record = "{\"metadata\":{\"prediction\":{}}}"u8.ToArray(),
        };
        await Log().AppendAllAsync([untraced], default);
        Assert.Empty(_workshop.Log.Outbox);
        await Log().AppendAllAsync([batched], default);
        Assert.Single(_workshop.Log.Outbox);
        await Log().AppendAsync(Direct(8, traced: false), default);
        Assert.Equal(2, _workshop.Log.Outbox.Count);

        Store.Traces[TraceScene.TraceId] = scene.Store.Traces[TraceScene.TraceId] with { Tags = new Dictionary<string, string>() };
        await _workshop.Log.DrainAsync(Handler);
        Workshop.Verified(await new TraceVerifier(_workshop.Scope).VerifyAsync(TraceScene.TraceId, null, default));
        Workshop.Verified(await new TraceVerifier(_workshop.Scope with { Log = null }).VerifyAsync(TraceScene.TraceId, null, default));
        Assert.True(_workshop.Artifacts.Files.ContainsKey($"ario/predictions/{Id(8)}/payload.json"));
    }

    [Fact]
    public async Task Where_nobody_named_a_store_and_for_other_events_nothing_is_added()
    {
        await new PredictionWriteBackLog(_workshop.Log, () => null, null).AppendAllAsync([Direct(1, traced: true)], default);
        var other = Direct(2, traced: true) with { EventType = EventTypes.Training, SubjectKey = "run:x" };
        await Log().AppendAllAsync([other], default);
        Assert.Empty(_workshop.Log.Outbox);
    }

    [Fact]
    public async Task When_the_carrier_alone_was_refused_the_next_batch_takes_the_work_along()
    {
        var log = new RefusingLog(_workshop.Log, Id(2));
        var writeBack = new PredictionWriteBackLog(log, () => "memory:/store", null);
        await writeBack.AppendAllAsync([Direct(1, traced: true), Direct(2, traced: true)], default);
        Assert.Empty(_workshop.Log.Outbox);
        await writeBack.AppendAllAsync([Direct(3, traced: true)], default);
        var work = PredictionWriteBack.FromOutbox(Assert.Single(_workshop.Log.Outbox));
        Assert.Equal([Id(3), Id(1)], work.EventIds);
    }

    [Fact]
    public async Task When_the_carrier_alone_was_refused_the_work_of_the_others_is_durable_before_anybody_is_answered()
    {
        var added = new List<OutboxWork>();
        var writeBack = new PredictionWriteBackLog(
            new RefusingLog(_workshop.Log, Id(2)),
            () => "memory:/store",
            null,
            (work, _) =>
            {
                added.Add(work);
                return Task.CompletedTask;
            }
        );
        await writeBack.AppendAllAsync([Direct(1, traced: true), Direct(2, traced: true)], default);
        Assert.Equal([Id(1)], PredictionWriteBack.FromOutbox(Assert.Single(added)).EventIds);
        await writeBack.AppendAllAsync([Direct(3, traced: true)], default);
        Assert.Equal([Id(3)], PredictionWriteBack.FromOutbox(Assert.Single(_workshop.Log.Outbox)).EventIds);
        await writeBack.AppendAllAsync([Direct(2, traced: true)], default);
        Assert.Single(added);
    }

    [Fact]
    public async Task Where_the_ledger_takes_no_work_by_itself_either_it_is_said_and_the_next_batch_takes_it_along()
    {
        var complaints = new List<string>();
        var writeBack = new PredictionWriteBackLog(
            new RefusingLog(_workshop.Log, Id(2)),
            () => "memory:/store",
            null,
            (_, _) => throw new UnavailableException("the disk is full"),
            complaints.Add
        );
        var outcomes = await writeBack.AppendAllAsync([Direct(1, traced: true), Direct(2, traced: true)], default);
        Assert.Equal([true, false], outcomes.Select(outcome => outcome.IsLogged));
        var complaint = Assert.Single(complaints);
        Assert.StartsWith("what 1 predictions leave in MLflow waits in memory", complaint, StringComparison.Ordinal);
        Assert.Contains("the disk is full", complaint, StringComparison.Ordinal);
        Assert.Contains(Id(1), complaint, StringComparison.Ordinal);
        await writeBack.AppendAllAsync([Direct(3, traced: true)], default);
        Assert.Equal([Id(3), Id(1)], PredictionWriteBack.FromOutbox(Assert.Single(_workshop.Log.Outbox)).EventIds);
    }

    [Fact]
    public async Task More_than_one_piece_holds_are_several_pieces()
    {
        var many = Enumerable.Range(0, PredictionWriteBack.MaxPredictions + 1).Select(i => Direct(i, traced: true)).ToList();
        await Log().AppendAllAsync(many, default);
        Assert.Equal(
            [PredictionWriteBack.MaxPredictions, 1],
            _workshop.Log.Outbox.Select(work => PredictionWriteBack.FromOutbox(work).EventIds.Count)
        );
    }

    [Fact]
    public async Task An_upload_that_is_awaited_is_said_and_one_that_came_first_is_not_taken_back()
    {
        var log = new PredictionWriteBackLog(_workshop.Log, () => "memory:/store", "arweave");
        await log.AppendAllAsync([Direct(1, traced: true), Direct(2, traced: false)], default);
        Assert.Equal(
            [UploadWriteBack.KindOf("memory:/store"), PredictionWriteBack.KindOf("memory:/store")],
            _workshop.Log.Outbox.Select(work => work.Kind).Order(StringComparer.Ordinal).Reverse()
        );
        var work = _workshop.Log.Outbox.Single(one => PredictionWriteBack.IsKind(one.Kind));
        await Handler.HandleAsync(work, default);
        Assert.Equal("anchoring", Store.Traces[TraceOf(1)].Tags[ArioTags.ProofStatus]);

        var entry = _workshop.Log.Entries[0];
        var upload = UploadWriteBackPlans.For(
            new UploadWriteBack("memory:/store", Id(1), "arweave"),
            entry,
            new UploadResult("TX", "https://g/TX", null),
            null
        );
        Assert.Equal([ArioTags.PredictionTx, ArioTags.ArweaveUrl, ArioTags.ProofStatus], upload.Select(step => step.Key));
        foreach (var step in upload)
        {
            await Store.SetTraceTagAsync(step.Id, step.Key, step.Text, default);
        }

        await Handler.HandleAsync(work, default);
        Assert.Equal("anchored", Store.Traces[TraceOf(1)].Tags[ArioTags.ProofStatus]);
        Assert.Equal("failed", Assert.Single(UploadWriteBackPlans.ForRefused(entry)).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"tracking_uri\":\"u\"}")]
    [InlineData("{\"tracking_uri\":\"u\",\"event_ids\":[1]}")]
    [InlineData("{\"event_ids\":[\"a\"]}")]
    public void Work_that_is_none_is_refused(string body) =>
        Assert.Throws<BadInputException>(() =>
            PredictionWriteBack.FromOutbox(new OutboxWork(PredictionWriteBack.Kind, Encoding.UTF8.GetBytes(body)))
        );

    [Fact]
    public void Each_stores_work_is_a_kind_of_its_own_and_an_earlier_versions_kind_is_of_the_sort_too()
    {
        var kinds = new[] { "https://a", "https://b" }.SelectMany(uri =>
            new[]
            {
                new PredictionWriteBack(uri, [Id(1)], null).ToOutbox().Kind,
                new WriteBackWork(uri, Id(1), []).ToOutbox().Kind,
                new UploadWriteBack(uri, Id(1), "arweave").ToOutbox().Kind,
            }
        );
        Assert.Equal(6, kinds.Distinct().Count());
        Assert.Equal(2, kinds.Count(PredictionWriteBack.IsKind));
        Assert.Equal(2, kinds.Count(WriteBackWork.IsKind));
        Assert.Equal(2, kinds.Count(UploadWriteBack.IsKind));
        Assert.True(PredictionWriteBack.IsKind("mlflow.predictions"));
        Assert.False(PredictionWriteBack.IsKind("mlflow.predictions-of-others"));
    }

    [Fact]
    public void Work_reads_back_as_it_was_written()
    {
        var work = PredictionWriteBack.FromOutbox(new PredictionWriteBack("https://mlflow", [Id(1), Id(2)], "arweave").ToOutbox());
        Assert.Equal(("https://mlflow", "arweave"), (work.TrackingUri, work.Anchor));
        Assert.Equal([Id(1), Id(2)], work.EventIds);
    }

    private PredictionWriteBackLog Log() => new(_workshop.Log, () => "memory:/store", null);

    private static string Id(int i) => $"00000000-0000-4000-8000-{i:D12}";

    private static string TraceOf(int i) => $"tr-{i:D32}";

    private static PredictionFacts Facts(int i) => TraceScene.Facts(Id(i));

    private PreparedEvent Prepare(int i, bool traced)
    {
        if (traced)
        {
            Store.Traces[TraceOf(i)] = new Trace(
                TraceOf(i),
                "1",
                0,
                null,
                "OK",
                new Dictionary<string, string>(),
                new Dictionary<string, string>()
            );
        }

        return new PredictionPreparation(_workshop.Signer, _workshop.Clock, _workshop.Clock).Prepare(
            Facts(i),
            null,
            new RecordOptions { MlflowTraceId = traced ? TraceOf(i) : null },
            Id(i)
        );
    }

    private EventSubmission Direct(int i, bool traced) => Prepare(i, traced).ToSubmission([]);
}
