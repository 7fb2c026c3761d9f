using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Write-back that was put off and comes after that of a newer event. The user would find an older proof in MLflow, and a run or version whose files do not fit its ledger.</summary>
public sealed class LateWriteBackTests
{
    [Fact]
    public async Task An_older_training_that_comes_late_does_not_replace_the_newer_ones_files_and_tags()
    {
        var shop = new Workshop();
        var (older, newer) = await TwoTrainingsAsync(shop);
        await shop.WriteBack.HandleAsync(newer.Work, default);
        var expected = State(shop);
        await shop.WriteBack.HandleAsync(older.Work, default);
        Assert.Equal(expected, State(shop));
        Assert.Equal(newer.Event.PayloadHash, shop.Store.Runs[Workshop.RunId].Tags[ArioTags.PayloadHash]);
        Workshop.Verified(await shop.VerifyRunAsync());
    }

    [Fact]
    public async Task An_older_training_that_comes_first_leaves_room_and_the_newer_one_is_written_in_the_end()
    {
        var shop = new Workshop();
        var (older, newer) = await TwoTrainingsAsync(shop);
        await shop.WriteBack.HandleAsync(older.Work, default);
        await shop.WriteBack.HandleAsync(newer.Work, default);
        await shop.WriteBack.HandleAsync(older.Work, default);
        Assert.Equal(newer.Event.EventId, StoredId(shop, ArioPaths.TrainingProof));
        Assert.Equal(newer.Event.PayloadHash, shop.Store.Runs[Workshop.RunId].Tags[ArioTags.PayloadHash]);
    }

    [Fact]
    public async Task The_newest_training_replaces_whatever_lies_there_and_may_be_done_again()
    {
        var shop = new Workshop();
        var (_, newer) = await TwoTrainingsAsync(shop);
        await shop.WriteBack.HandleAsync(newer.Work, default);
        var expected = State(shop);
        foreach (
            var garbage in new[]
            {
                "",
                "{}",
                "not json",
                $"{{\"event_id\":\"{newer.Event.EventId}\"}}",
                Forged(newer.Event.Envelope, "2126-01-01T00:00:00.000Z"),
            }
        )
        {
            shop.Artifacts.Files[ArioPaths.TrainingProof] = System.Text.Encoding.UTF8.GetBytes(garbage);
            shop.Artifacts.Files[ArioPaths.TrainingPayload] = "changed"u8.ToArray();
            await shop.WriteBack.HandleAsync(newer.Work, default);
            Assert.Equal(expected, State(shop));
        }
    }

    [Fact]
    public async Task A_registration_of_the_runs_first_version_that_comes_late_does_not_hide_the_second_ones_record()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var first = await shop.Recorder.RegisterAsync("scorer", Workshop.Source, null, new RegistrationOptions(), default);
        var firstWork = shop.Log.Outbox.Dequeue();
        var second = await shop.RegisterAsync();
        await shop.WriteBack.HandleAsync(firstWork, default);

        Assert.Equal(second.Event.EventId, StoredId(shop, ArioPaths.RegistrationProof));
        Assert.Equal(second.Event.Record.ToArray(), shop.Artifacts.Files[ArioPaths.RegistrationPayload]);
        Assert.Equal(first.Event.Record.ToArray(), shop.Artifacts.Files[ArioPaths.OfRegistration(first.Event.EventId, "payload.json")]);
        Assert.Equal(first.Event.PayloadHash, shop.Store.Version("scorer", "1").Tags[ArioTags.PayloadHash]);
        Workshop.Verified(await shop.VerifyVersionAsync("1"));
        Workshop.Verified(await shop.VerifyVersionAsync("2"));
    }

    [Fact]
    public async Task A_version_that_was_recorded_again_keeps_the_tags_of_its_newer_registration()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.Recorder.RegisterAsync("scorer", Workshop.Source, null, new RegistrationOptions(), default);
        var late = shop.Log.Outbox.Dequeue();
        var options = new RegistrationOptions { Metadata = new JsonObject { ["note"] = "again" } };
        var again = await shop.Recorder.RecordRegistrationAsync("scorer", "1", options, default);
        await shop.DrainAsync();
        await shop.WriteBack.HandleAsync(late, default);
        Assert.Equal(again.Event.PayloadHash, shop.Store.Version("scorer", "1").Tags[ArioTags.PayloadHash]);
        Assert.Equal(again.Event.EventId, StoredId(shop, ArioPaths.RegistrationProof));
    }

    [Fact]
    public async Task An_older_promotion_that_comes_late_keeps_its_own_files_and_does_not_take_the_newer_ones_tag()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        var staging = await PromoteAsync(shop, "Staging");
        var late = shop.Log.Outbox.Dequeue();
        var production = await PromoteAsync(shop, "Production");
        await shop.DrainAsync();
        await shop.WriteBack.HandleAsync(late, default);
        Assert.Equal(production.PayloadHash, shop.Store.Version("scorer", "1").Tags[ArioTags.PromotionPayloadHash]);
        Assert.Equal(staging.Record.ToArray(), shop.Artifacts.Files[ArioPaths.OfPromotion(staging.EventId, "payload.json")]);
        Assert.Equal(production.Record.ToArray(), shop.Artifacts.Files[ArioPaths.OfPromotion(production.EventId, "payload.json")]);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(-60, false)]
    public async Task A_colleagues_proof_from_another_ledger_is_kept_where_it_was_signed_later(int secondsLater, bool isKept)
    {
        var mine = new Workshop();
        var recorded = await mine.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        var work = mine.Log.Outbox.Dequeue();
        var signedAt = DateTimeOffset.Parse(
            (string)recorded.Training.Event.Envelope["signed_at"]!,
            System.Globalization.CultureInfo.InvariantCulture
        );
        var theirs = Colleague(signedAt.AddSeconds(secondsLater));
        var proof = await theirs.TrainAsync();
        foreach (var (path, content) in theirs.Artifacts.Files)
        {
            mine.Artifacts.Files[path] = content;
        }

        var handler = new MlflowWriteBackHandler(
            (_, _) => Task.FromResult<Stores.IMlflowStore>(mine.Store),
            mine.Log,
            new LaterClock(signedAt.AddDays(1))
        );
        await handler.HandleAsync(work, default);
        Assert.Equal(isKept ? proof.Training.Event.EventId : recorded.Training.Event.EventId, StoredId(mine, ArioPaths.TrainingProof));
    }

    [Fact]
    public async Task A_proof_that_is_signed_ahead_of_the_clock_keeps_nothing_away()
    {
        var mine = new Workshop();
        var recorded = await mine.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        var theirs = Colleague(new DateTimeOffset(2126, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await theirs.TrainAsync();
        mine.Artifacts.Files[ArioPaths.TrainingProof] = theirs.Artifacts.Files[ArioPaths.TrainingProof];
        await mine.DrainAsync();
        Assert.Equal(recorded.Training.Event.EventId, StoredId(mine, ArioPaths.TrainingProof));
    }

    [Fact]
    public async Task Tags_are_written_though_the_runs_files_are_out_of_reach()
    {
        var shop = new Workshop();
        await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with { ArtifactUri = "s3://bucket/run" };
        await shop.DrainAsync();
        Assert.Equal("signed", shop.Store.Runs[Workshop.RunId].Tags[ArioTags.VerifyStatus]);
        Assert.Single(shop.Log.Outbox);
    }

    [Fact]
    public async Task The_same_run_in_a_copy_of_the_store_has_its_own_newest_event()
    {
        var shop = new Workshop();
        await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        var here = shop.Log.Outbox.Dequeue();
        shop.Store.TrackingUri = "memory:/copy";
        await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);

        // Only the first store is at hand: what was recorded in the copy must not keep its proof away.
        shop.Store.TrackingUri = "memory:/store";
        await shop.WriteBack.HandleAsync(here, default);
        Assert.Equal("signed", shop.Store.Runs[Workshop.RunId].Tags[ArioTags.VerifyStatus]);
        Assert.Contains(ArioPaths.TrainingProof, shop.Artifacts.Files.Keys);
    }

    private static async Task<(
        (PreparedEvent Event, OutboxWork Work) Older,
        (PreparedEvent Event, OutboxWork Work) Newer
    )> TwoTrainingsAsync(Workshop shop)
    {
        var older = await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        var newer = await shop.Recorder.RecordTrainingAsync(
            Workshop.RunId,
            new TrainingOptions { Metadata = new JsonObject { ["note"] = "again" } },
            default
        );
        return ((older.Training.Event, shop.Log.Outbox.Dequeue()), (newer.Training.Event, shop.Log.Outbox.Dequeue()));
    }

    private static async Task<PreparedEvent> PromoteAsync(Workshop shop, string stage) =>
        (await shop.Recorder.TransitionStageAsync("scorer", "1", stage, false, new RecordOptions(), default))[0].Event;

    private static Workshop Colleague(DateTimeOffset signedAt)
    {
        var theirs = new Workshop { Signer = TestSigner.Second };
        for (var count = 0; count < 2; count++)
        {
            theirs.Clock.Expect(
                $"11111111-0000-4000-8000-00000000000{count}",
                signedAt.ToString("o", System.Globalization.CultureInfo.InvariantCulture)
            );
        }

        return theirs;
    }

    private static string Forged(JsonObject envelope, string signedAt)
    {
        var forged = envelope.DeepClone().AsObject();
        forged["event_id"] = "22222222-0000-4000-8000-000000000000";
        forged["signed_at"] = signedAt;
        return forged.ToJsonString();
    }

    private static string? StoredId(Workshop shop, string path) => (string?)JsonNode.Parse(shop.Artifacts.Files[path])!["event_id"];

    private static IEnumerable<string> State(Workshop shop) =>
        [
            .. shop.Artifacts.Files.Select(file => $"{file.Key} {Convert.ToHexString(file.Value)}"),
            .. shop.Store.Runs[Workshop.RunId].Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal),
        ];

    private sealed class LaterClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
