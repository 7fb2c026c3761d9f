using System.Text;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Datasets and files by their own bytes, datasets as MLflow knows them, and envelopes in files.</summary>
public sealed class ContentVerificationTests
{
    [Fact]
    public async Task A_folder_recorded_by_its_content_verifies_until_a_file_in_it_changes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("data/a.csv"), "1,2\n");
        File.WriteAllText(folder.File("data/sub/b.csv"), "3,4\n");
        File.WriteAllText(folder.File("data/.hidden"), "");
        var path = Path.Combine(folder.Path, "data");
        var shop = new Workshop();
        var recorded = await RecordAsync(shop, path, isDataset: true);
        Assert.Equal(("hallmark/v1", "dataset_content"), ((string?)recorded.Event.Envelope["spec_version"], recorded.Event.EventType));
        Assert.Equal(8, (long)recorded.Event.Payload["size_bytes"]!);
        Workshop.Verified(await Verifier(shop).VerifyContentAsync(path, null, true, null, default));

        File.WriteAllText(folder.File("data/sub/b.csv"), "3,5\n");
        File.WriteAllText(folder.File("data/c.csv"), "");
        var differences = Workshop.Failed(await Verifier(shop).VerifyContentAsync(path, null, true, null, default), "content").Differences;
        Assert.Equal(["c.csv", "sub/b.csv"], differences.Select(difference => difference.What));
    }

    [Fact]
    public async Task A_file_recorded_by_its_content_verifies_until_a_byte_of_it_changes()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.onnx");
        File.WriteAllBytes(path, [1, 2, 3]);
        var shop = new Workshop();
        var recorded = await RecordAsync(shop, path, isDataset: false);
        Assert.Equal("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81", (string?)recorded.Event.Payload["digest"]);
        Workshop.Verified(await Verifier(shop).VerifyContentAsync(path, null, false, null, default));
        FixtureStore.FlipBit(path);
        Assert.Equal(
            "model.onnx",
            Assert
                .Single(Workshop.Failed(await Verifier(shop).VerifyContentAsync(path, null, false, null, default), "content").Differences)
                .What
        );
        Assert.Equal(
            "not_anchored",
            Workshop.Failed(await Verifier(shop).VerifyContentAsync(path, "another", false, null, default), CheckNames.ProofFound).Reason
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            Verifier(shop).VerifyContentAsync(folder.Path + "/absent", null, false, null, default)
        );
    }

    [Fact]
    public async Task Two_files_of_one_name_are_told_apart_by_their_content()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (folder.File("a/model.bin"), folder.File("b/model.bin"));
        File.WriteAllBytes(first, [1]);
        File.WriteAllBytes(second, [2]);
        var shop = new Workshop();
        await RecordAsync(shop, first, isDataset: false);
        await RecordAsync(shop, second, isDataset: false);
        Workshop.Verified(await Verifier(shop).VerifyContentAsync(first, null, false, null, default));
        Workshop.Verified(await Verifier(shop).VerifyContentAsync(second, null, false, null, default));
    }

    [Fact]
    public async Task A_dataset_input_verifies_until_mlflow_says_something_else_of_it()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var dataset = shop.Store.Runs[Workshop.RunId].DatasetInputs[0];
        var verdict = await Verifier(shop).VerifyInputAsync(dataset, default);
        Workshop.Verified(verdict);
        Assert.Contains(verdict.Notes, note => note.Contains("sample", StringComparison.Ordinal));
        var changed = Workshop.Failed(
            await Verifier(shop).VerifyInputAsync(dataset with { Source = "elsewhere" }, default),
            "live_dataset"
        );
        Assert.Equal("source", Assert.Single(changed.Differences).What);
    }

    [Fact]
    public async Task An_envelope_in_a_file_is_verified_with_and_without_its_record_and_ledger()
    {
        var shop = new Workshop();
        var training = (await shop.TrainAsync()).Training.Event;
        Workshop.Verified(await VerifyAsync(shop.Log, training.EnvelopeBytes.ToArray(), training.Record.ToArray()));
        Workshop.Verified(await VerifyAsync(null, training.EnvelopeBytes.ToArray(), training.Record.ToArray()));
        var alone = await VerifyAsync(null, training.EnvelopeBytes.ToArray(), null);
        Assert.Equal(CheckOutcome.NotRun, alone.Checks.Single(check => check.Name == CheckNames.Record).Outcome);

        var record = training.Record.ToArray();
        record[^2] ^= 1;
        Workshop.Failed(await VerifyAsync(null, training.EnvelopeBytes.ToArray(), record), CheckNames.Record);
        var envelope = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(training.EnvelopeBytes.Span).Replace("GENESIS", "GENESIZ", StringComparison.Ordinal)
        );
        var tampered = await VerifyAsync(shop.Log, envelope, training.Record.ToArray());
        Workshop.Failed(tampered, CheckNames.Signature);
        Assert.Contains(
            Workshop.Failed(tampered, CheckNames.Ledger).Differences,
            difference => difference == new Difference("previous_hash", "GENESIS", "GENESIZ")
        );
    }

    [Fact]
    public async Task A_payload_that_the_envelope_carries_is_held_against_its_hash()
    {
        var training = (await new Workshop().TrainAsync()).Training.Event;
        var envelope = training.Envelope.DeepClone().AsObject();
        envelope["payload"] = training.Payload.DeepClone();
        var carried = Record(await VerifyAsync(null, Encoding.UTF8.GetBytes(envelope.ToJsonString()), null));
        Assert.Equal(
            (CheckOutcome.Passed, "the payload that the envelope carries has the committed hash"),
            (carried.Outcome, carried.Detail)
        );

        envelope["payload"]!["params"]!["lr"] = "0.5";
        var changed = Record(await VerifyAsync(null, Encoding.UTF8.GetBytes(envelope.ToJsonString()), null));
        Assert.Equal(
            (CheckOutcome.Failed, "record_differs", "the payload that the envelope carries does not have the hash that it commits to"),
            (changed.Outcome, changed.Reason, changed.Detail)
        );

        static Check Record(Verdict verdict) => verdict.Checks.Single(check => check.Name == CheckNames.Record);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"spec_version\":")]
    public async Task What_is_no_envelope_is_refused_in_one_line(string text)
    {
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => VerifyAsync(null, Encoding.UTF8.GetBytes(text), null));
        Assert.DoesNotContain('\n', refusal.Message);
        await Assert.ThrowsAsync<BadInputException>(() =>
            VerifyAsync(null, new byte[EnvelopeFileVerifier.MaxEnvelopeSizeInBytes + 1], null)
        );
        await Assert.ThrowsAsync<BadInputException>(() => VerifyAsync(null, Encoding.ASCII.GetBytes(new string('[', 10_000)), null));
    }

    private static async Task<RecordedEvent> RecordAsync(Workshop shop, string path, bool isDataset) =>
        await new ContentRecorder(shop.Signer, shop.Log, shop.Clock, shop.Clock).RecordAsync(
            await ContentReading.ReadAsync(path, null, isDataset, null, default),
            new RecordOptions(),
            default
        );

    private static DatasetVerifier Verifier(Workshop shop) => new(shop.Log, (_, _) => SignerOpinion.Unknown);

    private static Task<Verdict> VerifyAsync(MemoryEventLog? log, byte[] envelope, byte[]? record) =>
        new EnvelopeFileVerifier(log, (_, _) => SignerOpinion.Unknown).VerifyAsync(
            new MemoryStream(envelope),
            record is null ? null : new MemoryStream(record),
            default
        );
}
