using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>What an upload adds to MLflow when it is known at last: minutes, hours or a newer event later. The user would find the transaction of one event beside the record of another.</summary>
public sealed class LateUploadTests
{
    private const string Anchor = "weave";
    private const string Second = "00000000000000000000000000000002";

    [Fact]
    public async Task An_upload_that_is_known_later_is_added_to_its_own_events_tags_and_files()
    {
        var scene = new Scene();
        var training = await scene.TrainAsync();
        await scene.WriteBackAsync(training);
        var before = scene.Tags;
        await scene.FinishAsync(training, "tx1");
        Assert.Equal(("tx1", "anchored"), (scene.Tags[ArioTags.TrainingTx], scene.Tags[ArioTags.VerifyStatus]));
        Assert.Equal(before[ArioTags.PayloadHash], scene.Tags[ArioTags.PayloadHash]);
        Assert.Equal("tx1", (string?)JsonNode.Parse(scene.Shop.Artifacts.Files[ArioPaths.TrainingReceipt])!["id"]);
        Assert.Equal("tx1", scene.Tags[ArioTags.DatasetTxPrefix + "train"]);
    }

    [Fact]
    public async Task An_older_events_upload_that_is_known_late_does_not_stand_beside_the_newer_record()
    {
        var scene = new Scene();
        var (older, newer) = (await scene.TrainAsync("first"), await scene.TrainAsync("second"));
        await scene.WriteBackAsync(older);
        await scene.WriteBackAsync(newer);
        await scene.FinishAsync(newer, "tx2");
        await scene.FinishAsync(older, "tx1");
        Assert.Equal("tx2", scene.Tags[ArioTags.TrainingTx]);
        Assert.Equal("tx2", (string?)JsonNode.Parse(scene.Shop.Artifacts.Files[ArioPaths.TrainingReceipt])!["id"]);
    }

    [Fact]
    public async Task An_older_upload_that_is_known_before_the_newer_one_leaves_the_newer_record_as_signed_only()
    {
        var scene = new Scene();
        var (older, newer) = (await scene.TrainAsync("first"), await scene.TrainAsync("second"));
        await scene.WriteBackAsync(older);
        await scene.WriteBackAsync(newer);
        await scene.FinishAsync(older, "tx1");
        Assert.Equal("signed", scene.Tags[ArioTags.VerifyStatus]);
        Assert.DoesNotContain(ArioTags.TrainingTx, scene.Tags.Keys);
        Assert.DoesNotContain(ArioPaths.TrainingReceipt, scene.Shop.Artifacts.Files.Keys);
        await scene.FinishAsync(newer, "tx2");
        Assert.Equal("tx2", scene.Tags[ArioTags.TrainingTx]);
    }

    [Fact]
    public async Task The_page_is_rendered_again_with_the_upload_and_once_more_where_the_work_is_repeated()
    {
        var scene = new Scene { RendersPage = true };
        var training = await scene.TrainAsync();
        await scene.WriteBackAsync(training);
        var signed = scene.Page;
        await scene.FinishAsync(training, "tx1");
        await scene.FinishAsync(training, "tx1");
        Assert.NotEqual(signed, scene.Page);
        Assert.Equal($"memory:/store {training.Recorded.Entry.EventId} tx1", scene.Page);
    }

    [Fact]
    public async Task An_older_events_page_does_not_come_over_the_newer_ones()
    {
        var scene = new Scene { RendersPage = true };
        var (older, newer) = (await scene.TrainAsync("first"), await scene.TrainAsync("second"));
        await scene.WriteBackAsync(older);
        await scene.WriteBackAsync(newer);
        var signed = scene.Page;
        await scene.FinishAsync(older, "tx1");
        Assert.Equal(signed, scene.Page);
        await scene.FinishAsync(newer, "tx2");
        await scene.FinishAsync(older, "tx1");
        Assert.EndsWith(" tx2", scene.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_models_chain_tag_names_the_newest_training_that_was_uploaded_whatever_comes_in_last()
    {
        var scene = new Scene();
        scene.Shop.AddRun(Second);
        await scene.Shop.RegisterAsync();
        scene.Shop.Store.Versions.Add(
            new ModelVersion
            {
                Name = "scorer",
                Version = "2",
                RunId = Second,
                Source = $"runs:/{Second}/model",
            }
        );
        var (older, newer) = (await scene.TrainAsync("first"), await scene.TrainAsync("second", Second));
        await scene.WriteBackAsync(older);
        await scene.WriteBackAsync(newer);
        await scene.FinishAsync(newer, "tx2");
        await scene.FinishAsync(older, "tx1");
        Assert.Equal(newer.Recorded.Entry.PayloadHash, scene.Shop.Store.Models["scorer"].Tags[ArioTags.LastTrainingHash]);
        Assert.Equal("tx1", scene.Shop.Store.Runs[Workshop.RunId].Tags[ArioTags.TrainingTx]);
        Assert.Equal("tx2", scene.Shop.Store.Runs[Second].Tags[ArioTags.TrainingTx]);
    }

    [Fact]
    public async Task A_dataset_that_was_replaced_in_the_run_does_not_get_its_transaction_over_the_new_ones()
    {
        var scene = new Scene();
        var older = await scene.TrainAsync("first");
        var run = scene.Shop.Store.Runs[Workshop.RunId];
        scene.Shop.Store.Runs[Workshop.RunId] = run with { DatasetInputs = [run.DatasetInputs[0] with { Digest = "c3d4" }] };
        var newer = await scene.TrainAsync("second");
        await scene.WriteBackAsync(older);
        await scene.WriteBackAsync(newer);
        await scene.FinishAsync(newer, "tx2");
        await scene.FinishAsync(older, "tx1");
        Assert.Equal("tx2", scene.Tags[ArioTags.DatasetTxPrefix + "train"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ReceiptState.Prepared)]
    public async Task What_is_not_uploaded_yet_is_asked_after_again_and_nothing_is_written(ReceiptState? state)
    {
        var scene = new Scene();
        var training = await scene.TrainAsync();
        await scene.WriteBackAsync(training);
        if (state is { } known)
        {
            scene.Receive(training.Recorded.Entry, known, "tx1");
        }

        var writes = scene.Shop.Store.Writes.Count;
        var result = await scene.Handler.HandleAsync(training.Uploads[0], default);
        Assert.NotNull(result.Pause);
        Assert.Equal(writes, scene.Shop.Store.Writes.Count);
    }

    [Fact]
    public async Task Before_the_first_write_back_is_through_the_upload_waits()
    {
        var scene = new Scene { IsWrittenBack = false };
        var training = await scene.TrainAsync();
        scene.Receive(training.Recorded.Entry, ReceiptState.Final, "tx1");
        Assert.NotNull((await scene.Handler.HandleAsync(training.Uploads[0], default)).Pause);
        Assert.Empty(scene.Shop.Store.Writes);
    }

    [Fact]
    public async Task An_upload_that_was_rejected_leaves_the_event_signed_only()
    {
        var scene = new Scene();
        var training = await scene.TrainAsync();
        await scene.WriteBackAsync(training);
        scene.Receive(training.Recorded.Entry, ReceiptState.Rejected, "tx1");
        Assert.Null((await scene.Handler.HandleAsync(training.Uploads[0], default)).Pause);
        Assert.Equal("signed", scene.Tags[ArioTags.VerifyStatus]);
    }

    [Fact]
    public async Task A_receipt_of_another_kind_and_an_event_that_is_not_there_are_given_up_with_a_word()
    {
        var scene = new Scene();
        var training = await scene.TrainAsync();
        await scene.WriteBackAsync(training);
        scene.Receive(training.Recorded.Entry, ReceiptState.Final, "");
        await Assert.ThrowsAsync<BadInputException>(() => scene.Handler.HandleAsync(training.Uploads[0], default));
        var lost = new UploadWriteBack("memory:/store", "00000000-0000-4000-8000-00000000ffff", Anchor).ToOutbox();
        await Assert.ThrowsAsync<BadInputException>(() => scene.Handler.HandleAsync(lost, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"tracking_uri\":\"u\",\"event_id\":\"e\"}")]
    [InlineData("{\"tracking_uri\":7,\"event_id\":\"e\",\"anchor\":\"a\"}")]
    [InlineData("{\"tracking_uri\":\"u\",\"tracking_uri\":\"v\",\"event_id\":\"e\",\"anchor\":\"a\"}")]
    public void Work_that_cannot_be_read_is_given_up_with_a_word(string body) =>
        Assert.Throws<BadInputException>(() =>
            UploadWriteBack.FromOutbox(new OutboxWork(UploadWriteBack.Kind, System.Text.Encoding.UTF8.GetBytes(body)))
        );

    [Fact]
    public void Work_is_read_back_as_it_was_put_into_the_outbox()
    {
        foreach (
            var work in new[]
            {
                new UploadWriteBack("http://mlflow", "e", "a"),
                new UploadWriteBack("sqlite:///größe.db", "e", "a", RunId: "r"),
                new UploadWriteBack("u", "e", "a", RegisteredModel: "\"quoted\" \\ 😀"),
            }
        )
        {
            Assert.Equal(work, UploadWriteBack.FromOutbox(work.ToOutbox()));
        }
    }

    private sealed record Training(RecordedTraining Recorded, OutboxWork WriteBack, IReadOnlyList<OutboxWork> Uploads);

    /// <summary>A workshop whose events are uploaded, with receipts that the test hands in.</summary>
    private sealed class Scene : IReceiptReader, IUploadReader
    {
        private readonly Dictionary<string, AnchorReceipt> _receipts = new(StringComparer.Ordinal);

        public Workshop Shop { get; } = new();

        public bool IsWrittenBack { get; init; } = true;

        public bool RendersPage { get; init; }

        public IReadOnlyDictionary<string, string> Tags => Shop.Store.Runs[Workshop.RunId].Tags;

        public string Page => System.Text.Encoding.UTF8.GetString(Shop.Artifacts.Files[ArioPaths.TrainingPage]);

        public UploadWriteBackHandler Handler =>
            new(
                Shop.Log,
                this,
                this,
                (_, _) => Task.FromResult(IsWrittenBack),
                (_, _) => Task.FromResult<IMlflowStore>(Shop.Store),
                Shop.Clock,
                RendersPage ? RenderAsync : null
            );

        public async Task<Training> TrainAsync(string note = "only", string runId = Workshop.RunId)
        {
            var recorder = new MlflowEventRecorder(
                Shop.Store,
                Shop.Signer,
                Shop.Log,
                Shop.Clock,
                Shop.Clock,
                new RecorderOptions { UploadAnchor = Anchor }
            );
            var recorded = await recorder.RecordTrainingAsync(
                runId,
                new TrainingOptions { Metadata = new JsonObject { ["note"] = note } },
                default
            );
            var work = new List<OutboxWork>();
            while (Shop.Log.Outbox.TryDequeue(out var next))
            {
                work.Add(next);
            }

            return new Training(
                recorded,
                work.Single(item => WriteBackWork.IsKind(item.Kind)),
                [.. work.Where(item => UploadWriteBack.IsKind(item.Kind))]
            );
        }

        public Task WriteBackAsync(Training training) => Shop.WriteBack.HandleAsync(training.WriteBack, default);

        /// <summary>All uploads of a training are final, and are written back.</summary>
        public async Task FinishAsync(Training training, string transaction)
        {
            Receive(training.Recorded.Entry, ReceiptState.Final, transaction);
            foreach (var dataset in training.Recorded.Datasets)
            {
                Receive(dataset, ReceiptState.Final, transaction);
            }

            foreach (var upload in training.Uploads)
            {
                Assert.Null((await Handler.HandleAsync(upload, default)).Pause);
            }
        }

        public void Receive(LoggedEntry entry, ReceiptState state, string transaction)
        {
            var digest = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span);
            _receipts[digest.Hex] = new AnchorReceipt
            {
                Anchor = Anchor,
                World = "arweave",
                Network = "test",
                Target = AnchorTarget.Envelope,
                Digest = digest,
                State = state,
                Reference = transaction,
                PreparedAt = DateTimeOffset.UnixEpoch,
                Proof = [],
            };
        }

        private static Task<ReadOnlyMemory<byte>> RenderAsync(PreparedEvent prepared, string trackingUri, UploadResult upload) =>
            Task.FromResult<ReadOnlyMemory<byte>>(
                System.Text.Encoding.UTF8.GetBytes($"{trackingUri} {prepared.EventId} {upload.TransactionId}")
            );

        public Task<AnchorReceipt?> FindAsync(Digest digest, string anchor, CancellationToken cancellationToken) =>
            Task.FromResult(_receipts.GetValueOrDefault(digest.Hex));

        public (UploadResult Upload, WalletDescription? Wallet)? Find(AnchorReceipt receipt) =>
            receipt.Reference is { Length: > 0 } id
                ? (
                    new UploadResult(id, "https://gw.example/" + id, new JsonObject { ["id"] = id }),
                    new WalletDescription("persistent", "arweave")
                )
                : null;

        public Task<IReadOnlyList<AnchorReceipt>> FindAllAsync(Digest digest, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<AnchorReceipt?> FindLatestAsync(string anchor, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<AnchorReceipt>> FindCoveringAsync(long index, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<AnchorReceipt>> ListAsync(
            string? anchor,
            ReceiptState? state,
            int limit,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }
}
