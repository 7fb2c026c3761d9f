using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>The chain of trainings behind a run: followed to its beginning, however long it is.</summary>
public sealed class TrainingChainTests
{
    [Fact]
    public async Task A_chain_is_followed_to_its_beginning_however_long_it_is()
    {
        // A fault at the far end of a chain that is longer than any round number: whoever stops before it must not say that he came to the beginning.
        var shop = new Workshop();
        await shop.TrainAsync();
        Prolong(shop, 10_050, lost: 0);
        var lineage = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Lineage);
        Assert.Equal("the ledger's record of this event is missing or changed", Assert.Single(lineage.Differences).Note);
    }

    [Fact]
    public async Task The_number_of_trainings_behind_a_run_is_told()
    {
        foreach (var length in new[] { 1, 2, 40 })
        {
            var shop = new Workshop();
            await shop.TrainAsync();
            Prolong(shop, length, lost: null);
            var verdict = await shop.VerifyRunAsync();
            Workshop.Verified(verdict);
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"{length} earlier training{(length == 1 ? "" : "s")}, back to the beginning"),
                verdict.Checks.Single(check => check.Name == CheckNames.Lineage).Detail,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task Each_lost_link_of_a_chain_is_seen_wherever_it_stands()
    {
        for (var lost = 0; lost < 6; lost++)
        {
            var shop = new Workshop();
            await shop.TrainAsync();
            Prolong(shop, 6, lost);
            Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Lineage);
        }
    }

    [Fact]
    public async Task A_chain_that_runs_in_a_ring_is_broken_and_the_check_ends()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var run = Own(shop);

        // No honest writer can make one: the hash of each event would have to be known before it is made. A link with a wrong hash is broken before it comes round.
        SealAgain(shop, run, LinkTo(run));
        Assert.Equal(
            "the chain runs in a ring",
            Assert.Single(Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Lineage).Differences).Note
        );
    }

    /// <summary>Puts trainings behind the one run, each following the one before, and may have the ledger lose the record of one of them.</summary>
    private static void Prolong(Workshop shop, int length, int? lost)
    {
        var sealing = new EventSealing(TestSigner.First, shop.Clock, shop.Clock);
        PreparedEvent? last = null;
        for (var i = 0; i < length; i++)
        {
            var payload = new JsonObject
            {
                ["event_type"] = EventTypes.Training,
                ["run_id"] = string.Create(CultureInfo.InvariantCulture, $"{i:x32}"),
                ["hallmark"] = last is null ? [] : new JsonObject { ["previous"] = LinkTo(last) },
            };
            last = sealing.Seal(
                new EventDraft
                {
                    Payload = payload,
                    Subject = new JsonObject { ["type"] = "run", ["run_id"] = (string)payload["run_id"]! },
                    SubjectKey = string.Create(CultureInfo.InvariantCulture, $"earlier:{i}"),
                }
            );
            shop.Log.Entries.Add(
                new LoggedEntry(
                    shop.Log.Entries.Count,
                    last.EnvelopeBytes,
                    i == lost ? null : last.Record,
                    last.EventId,
                    last.EventType,
                    last.PayloadHash,
                    last.SubjectKey,
                    DateTimeOffset.UnixEpoch
                )
            );
        }

        SealAgain(shop, Own(shop), LinkTo(last!)); // the length is not 0
    }

    private static PreparedEvent Own(Workshop shop) =>
        PreparedEvent.FromEntry(shop.Log.Entries.Single(entry => entry.SubjectKey == SubjectKeys.Run(Workshop.RunId)))!; // recorded whole

    private static JsonObject LinkTo(PreparedEvent made) => new() { ["event_id"] = made.EventId, ["payload_hash"] = made.PayloadHash };

    private static void SealAgain(Workshop shop, PreparedEvent old, JsonObject previous)
    {
        var payload = old.Payload.DeepClone().AsObject();
        payload["hallmark"]!["previous"] = previous;
        var made = new EventSealing(TestSigner.First, shop.Clock, shop.Clock).Seal(
            new EventDraft
            {
                EventId = old.EventId,
                Payload = payload,
                Subject = old.Envelope["subject"]!.DeepClone().AsObject(),
                SubjectKey = old.SubjectKey,
                PreviousHash = old.PreviousHash,
                Profile = (string)old.Envelope["spec_version"]!,
            }
        );
        var at = shop.Log.Entries.FindIndex(entry => entry.EventId == old.EventId);
        shop.Log.Entries[at] = shop.Log.Entries[at] with
        {
            Envelope = made.EnvelopeBytes,
            Record = made.Record,
            PayloadHash = made.PayloadHash,
        };
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = made.Record.ToArray();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = made.EnvelopeBytes.ToArray();
    }
}
