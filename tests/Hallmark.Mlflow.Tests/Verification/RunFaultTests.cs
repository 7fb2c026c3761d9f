using System.Text;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Faults of the field's nearest system that ours must not have (peer-faults.md §1, §2), on training runs.</summary>
public sealed class RunFaultTests
{
    [Fact]
    public async Task A_self_signed_proof_of_somebody_else_does_not_pass_where_it_was_said_who_may_sign()
    {
        var shop = new Workshop { Signer = TestSigner.Second };
        await shop.TrainAsync();
        var trusting = shop.Scope with
        {
            Judge = (key, _) =>
                key == TestSigner.First.PublicKey.Hex
                    ? new SignerOpinion(SignerStanding.Trusted, "release")
                    : new SignerOpinion(SignerStanding.Refused, null),
        };
        Assert.Equal("untrusted_signer", Workshop.Failed(await shop.VerifyRunAsync(trusting), CheckNames.Signature).Reason);
        var anybody = await shop.VerifyRunAsync();
        Workshop.Verified(anybody);
        Assert.Contains(anybody.Notes, note => note.Contains("nobody here vouches", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proof_that_was_replaced_in_mlflow_by_a_newly_signed_one_is_not_ours()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with
        {
            Params = new Dictionary<string, string> { ["lr"] = "0.5" },
        };
        var forger = new MlflowEventRecorder(
            shop.Store,
            TestSigner.Second,
            new MemoryEventLog(),
            shop.Clock,
            shop.Clock,
            new RecorderOptions()
        );
        var forged = await forger.PrepareTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = forged.Event.Record.ToArray();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = forged.Event.EnvelopeBytes.ToArray();

        var verdict = await shop.VerifyRunAsync();
        Assert.Contains(Workshop.Failed(verdict, CheckNames.Ledger).Differences, difference => difference.What == "public_key");
        Assert.Contains(
            Workshop.Failed(verdict, CheckNames.LiveRun).Differences,
            difference => difference == new Difference("params.lr", "0.01", "0.5")
        );
    }

    [Fact]
    public async Task An_envelope_that_points_to_another_runs_record_does_not_pass()
    {
        var shop = new Workshop();
        shop.AddRun("00000000000000000000000000000002");
        var other = await shop.Recorder.PrepareTrainingAsync("00000000000000000000000000000002", new TrainingOptions(), default);
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = other.Event.Record.ToArray();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = other.Event.EnvelopeBytes.ToArray();
        Assert.Contains(
            Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Identity).Differences,
            difference => difference.What == "run_id"
        );
    }

    [Fact]
    public async Task An_envelope_whose_event_type_is_not_its_records_does_not_pass()
    {
        var shop = new Workshop();
        var training = await shop.Recorder.PrepareTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        var payload = training.Event.Payload.DeepClone().AsObject();
        payload["event_type"] = "something_else";
        var bytes = Core.Json.CanonicalJson.Canonicalize(payload);
        var envelope = training.Event.Envelope.DeepClone().AsObject();
        envelope.Remove("signature");
        envelope.Remove("public_key");
        envelope["payload_hash"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = bytes;
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Core.Envelopes.EnvelopeSealer.Seal(envelope, TestSigner.First).Bytes.ToArray();
        Assert.Contains(
            Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Identity).Differences,
            difference => difference.What == "event_type"
        );
    }

    [Fact]
    public async Task A_metric_logged_later_at_a_lower_step_is_seen()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Store.Histories[(Workshop.RunId, "loss")].Insert(0, new MetricPoint(0.9, 1, 0));
        var difference = Assert.Single(Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.LiveRun).Differences);
        Assert.Equal("metric_history.loss", difference.What);
    }

    [Fact]
    public async Task A_run_that_has_no_artifacts_verifies_until_some_appear()
    {
        var shop = new Workshop();
        shop.Artifacts.Files.Clear();
        await shop.TrainAsync();
        var verdict = await shop.VerifyRunAsync();
        Workshop.Verified(verdict);
        Assert.Contains("the record covers no artifacts", verdict.Notes);
        shop.Artifacts.Files["model/model.pkl"] = [1];
        Assert.Contains(
            Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Artifacts).Differences,
            difference => difference is { What: "model/model.pkl", Note: "added" }
        );
    }

    [Fact]
    public async Task Files_that_were_changed_added_and_removed_are_each_named()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Artifacts.Files["model/model.pkl"] = [1, 2, 3, 5];
        shop.Artifacts.Files["model/new.bin"] = [];
        shop.Artifacts.Files.Remove("model/MLmodel");
        var notes = Workshop
            .Failed(await shop.VerifyRunAsync(), CheckNames.Artifacts)
            .Differences.Select(difference => (difference.What, difference.Note));
        Assert.Equal([("model/MLmodel", "removed"), ("model/model.pkl", "changed"), ("model/new.bin", "added")], notes);
    }

    [Fact]
    public async Task A_run_that_nobody_anchored_is_not_anchored()
    {
        Assert.Equal("not_anchored", Workshop.Failed(await new Workshop().VerifyRunAsync(), CheckNames.ProofFound).Reason);
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => new RunVerifier(new Workshop().Scope).VerifyAsync("unknown", default));
    }

    [Fact]
    public async Task A_store_out_of_reach_is_neither_a_pass_nor_a_failure()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Store.Outage = true;
        var verdict = await shop.VerifyRunAsync();
        Assert.Equal(3, verdict.ExitCode);
        Assert.Contains(verdict.Checks, check => check.IsOutOfReach);
    }

    [Fact]
    public async Task Artifacts_out_of_reach_leave_the_verdict_open_and_the_rest_checked()
    {
        var shop = new Workshop();
        var run = shop.Store.Runs[Workshop.RunId];
        shop.Store.LoggedModels["m-1"] = new LoggedModel
        {
            ModelId = "m-1",
            ExperimentId = "1",
            Name = "model",
            SourceRunId = Workshop.RunId,
            ArtifactUri = "memory:/m-1",
        };
        shop.Store.Runs[Workshop.RunId] = run with { ModelOutputs = [new ModelOutput("m-1", 0)] };
        await shop.TrainAsync();
        shop.Store.LoggedModels["m-1"] = shop.Store.LoggedModels["m-1"] with { ArtifactUri = "s3://bucket/m-1" };
        var verdict = await shop.VerifyRunAsync();
        Assert.Equal(3, verdict.ExitCode);
        Assert.True(verdict.Checks.Single(check => check.Name == CheckNames.Artifacts).IsOutOfReach);
        Assert.Equal(CheckOutcome.Passed, verdict.Checks.Single(check => check.Name == CheckNames.LiveRun).Outcome);
    }

    [Fact]
    public async Task A_missing_dataset_event_breaks_the_lineage()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Log.Entries.RemoveAll(entry => entry.EventType == EventTypes.Dataset);
        Assert.Contains(
            Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Lineage).Differences,
            difference => difference.What == "dataset train"
        );
    }

    [Fact]
    public async Task A_dataset_digest_of_mlflow_is_said_to_cover_a_sample_only()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        Assert.Contains((await shop.VerifyRunAsync()).Notes, note => note.Contains("sample", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_of_a_gigabyte_is_refused_without_being_read()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var huge = new HugeStream(1L << 30);
        var read = await StoredBytes.ReadAsync(huge, StoredBytes.MaxRecordSize, default);
        Assert.True(read.IsTooLarge);
        Assert.True(huge.BytesRead <= StoredBytes.MaxRecordSize + (1 << 20));
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = new byte[StoredBytes.MaxRecordSize + 1];
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => shop.VerifyRunAsync());
        Assert.StartsWith(
            "ario/payload.json among the artifacts is larger than 67,108,864 bytes",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_envelope_larger_than_any_is_refused_without_being_read()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = new byte[StoredBytes.MaxEnvelopeSize + 1];
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => shop.VerifyRunAsync());
        Assert.StartsWith("ario/proof.json among the artifacts is larger than 1,048,576 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ArioPaths.TrainingPayload, CheckNames.Record)]
    [InlineData(ArioPaths.TrainingProof, CheckNames.Ledger)]
    public async Task Json_of_ten_thousand_levels_in_the_store_fails_its_check_and_nothing_else(string path, string check)
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Artifacts.Files[path] = Encoding.ASCII.GetBytes(new string('[', 10_000) + new string(']', 10_000));
        Workshop.Failed(await shop.VerifyRunAsync(), check);
        Assert.Equal(1, (await shop.VerifyRunAsync(shop.Scope with { Log = null })).ExitCode);
    }

    [Fact]
    public async Task A_proof_made_by_the_original_is_verified_with_what_it_commits_to()
    {
        var shop = new Workshop();
        var training = await shop.Recorder.PrepareTrainingAsync(Workshop.RunId, new TrainingOptions { HallmarkMember = false }, default);
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = training.Event.Record.ToArray();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = training.Event.EnvelopeBytes.ToArray();
        var verdict = await shop.VerifyRunAsync();
        Workshop.Verified(verdict);
        Assert.Contains(verdict.Notes, note => note.Contains("not its history", StringComparison.Ordinal));
    }

    private sealed class HugeStream(long length) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - BytesRead);
            BytesRead += read;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
