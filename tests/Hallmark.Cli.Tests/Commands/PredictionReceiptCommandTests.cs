using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.Commands;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Predictions.Salted;
using Hallmark.Inference.Runners;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>receipts get|disclose|forget</c> and <c>verify receipt</c> on predictions.</summary>
public sealed class PredictionReceiptCommandTests : IDisposable
{
    private const string Decision = "8d5b2a66-7c1f-4a53-9a52-0b1c2d3e4f50";
    private static readonly Ed25519PrivateKey Key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private readonly CommandScene _scene = new();

    private string Receipt => _scene.Folder.File("receipt.json");

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(PredictionMode.Batched)]
    [InlineData(PredictionMode.Direct)]
    public async Task A_receipt_is_fetched_and_verified_elsewhere_by_who_knows_the_key(PredictionMode mode)
    {
        await PredictAsync(mode, publishes: true);
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "--out", Receipt, "--with-record");
        var said = await _scene.ExpectAsync(0, "receipts", "get", Decision);
        Assert.DoesNotContain("\"record\":", said.Out, StringComparison.Ordinal);

        using var elsewhere = new CommandScene();
        var verdict = await elsewhere.JsonAsync(0, "verify", "receipt", Receipt, "--signer", Key.PublicKey.Hex, "--offline");
        Assert.Equal(Decision, ((string)verdict["subject"]!)["prediction ".Length..]);
        Assert.Equal(
            ["subject", "signature", "record_hash", "record", "checkpoints", "inclusion", "witnesses"],
            verdict["checks"]!.AsArray().Select(check => (string)check!["name"]!)
        );
        await elsewhere.ExpectAsync(1, "verify", "receipt", Receipt, "--signer", new string('1', 64));
        var refusal = await elsewhere.RefuseAsync(2, "verify", "receipt", Receipt, "--content", Receipt);
        Assert.Contains("--content", refusal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("record_hash")]
    [InlineData("decision_id")]
    [InlineData("format")]
    public async Task An_edited_receipt_ends_with_1_and_names_the_part(string member)
    {
        await PredictAsync(PredictionMode.Batched, publishes: true);
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "-o", Receipt);
        var receipt = JsonNode.Parse(await File.ReadAllBytesAsync(Receipt))!;
        receipt[member] = (string)receipt[member]! + "0";
        await File.WriteAllTextAsync(Receipt, receipt.ToJsonString());
        var said = await _scene.ExpectAsync(1, "verify", "receipt", Receipt);
        Assert.Contains(member, said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_said_and_an_existing_file_is_left_alone()
    {
        await PredictAsync(PredictionMode.Batched, publishes: false);
        await _scene.RefuseAsync(2, "receipts", "get", "8d5b2a66-7c1f-4a53-9a52-000000000000");
        await File.WriteAllTextAsync(Receipt, "mine");
        await _scene.RefuseAsync(2, "receipts", "get", Decision, "--out", Receipt);
        Assert.Equal("mine", await File.ReadAllTextAsync(Receipt));
    }

    [Fact]
    public async Task A_receipt_grows_in_its_place_as_an_anchor_confirms_and_loses_nothing()
    {
        await PredictAsync(PredictionMode.Batched, publishes: true);
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "-o", Receipt, "--with-record");
        var link = _scene.Folder.File("link.json");
        File.CreateSymbolicLink(link, Receipt);
        foreach (
            var (state, appends, grown) in ((ReceiptState, bool, string)[])
                [
                    (ReceiptState.Submitted, false, "checkpoints 1 → 1, receipts of anchors 0 → 1"),
                    (ReceiptState.Confirmed, true, "checkpoints 1 → 2, receipts of anchors 1 → 1"),
                    (ReceiptState.Final, false, "checkpoints 2 → 2, receipts of anchors 1 → 1"),
                ]
        )
        {
            await WitnessAsync(state, appends);
            var said = await _scene.ExpectAsync(0, "receipts", "get", Decision, "-o", link);
            Assert.Contains(grown, said.Error, StringComparison.Ordinal);
            var receipt = JsonNode.Parse(await File.ReadAllBytesAsync(Receipt))!;
            Assert.Equal(state.ToString().ToLowerInvariant(), (string?)Assert.Single(receipt["receipts"]!.AsArray())!["state"]);
            Assert.NotNull(receipt["record"]);
        }

        Assert.Equal(Receipt, new FileInfo(link).LinkTarget);
        Assert.Equal(["link.json", "receipt.json"], Directory.GetFiles(_scene.Folder.Path, "*.json*").Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("envelope")]
    [InlineData("ledger")]
    [InlineData("index")]
    [InlineData("checkpoints")]
    public async Task A_receipt_that_holds_what_this_ledger_has_not_is_left_alone(string member)
    {
        await PredictAsync(PredictionMode.Batched, publishes: true);
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "-o", Receipt);
        var other = JsonNode.Parse(await File.ReadAllBytesAsync(Receipt))!.AsObject();
        switch (member)
        {
            case "envelope":
                other[member]!["signature"] = new string('0', 128);
                break;
            case "ledger":
                other[member]!["origin"] = "ledger.example/another";
                break;
            case "index":
                other[member] = (long)other[member]! + 1;
                break;
            default:
                var further = other[member]![0]!.DeepClone();
                further["tree_size"] = 2;
                other[member]!.AsArray().Add(further);
                break;
        }

        await File.WriteAllTextAsync(Receipt, other.ToJsonString());
        var refusal = await _scene.RefuseAsync(2, "receipts", "get", Decision, "-o", Receipt);
        Assert.Contains("holds what this ledger's receipt of the prediction does not", refusal.Error, StringComparison.Ordinal);
        Assert.Equal(other.ToJsonString(), await File.ReadAllTextAsync(Receipt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    public async Task A_file_that_is_no_receipt_of_the_prediction_is_left_alone(string content)
    {
        await PredictAsync(PredictionMode.Batched, publishes: true);
        await File.WriteAllTextAsync(Receipt, content);
        var refusal = await _scene.RefuseAsync(2, "receipts", "get", Decision, "-o", Receipt);
        Assert.Contains("exists already, and is no receipt of this prediction", refusal.Error, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(Receipt));
    }

    [Fact]
    public async Task A_prediction_under_no_checkpoint_names_the_command_that_makes_one_and_it_does()
    {
        _scene.Environment["ARIO_MLFLOW_SIGNING_KEY"] = Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        _ = _scene.WithSettings(new JsonObject { ["origin"] = "ledger.example/tests" });
        var (ledger, cut) = (Path.Combine(_scene.Home, "ledger"), _scene.Folder.File("cut/x")[..^"/x".Length]);
        await PredictAsync(PredictionMode.Batched, publishes: false, beforeClose: () => CopyFolder(ledger, cut));
        Directory.Delete(ledger, recursive: true);
        Directory.Move(cut, ledger);

        var early = await _scene.RefuseAsync(3, "receipts", "get", Decision);
        Assert.Contains("no checkpoint covers it yet", early.Error, StringComparison.Ordinal);
        Assert.Contains("hallmark outbox drain", early.Error, StringComparison.Ordinal);

        await _scene.ExpectAsync(0, "outbox", "drain");
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "--out", Receipt);
        await _scene.ExpectAsync(0, "verify", "receipt", Receipt, "--signer", Key.PublicKey.Hex);
    }

    [Fact]
    public async Task Evidence_for_a_prediction_can_be_exported_like_any_other_event()
    {
        await PredictAsync(PredictionMode.Direct, publishes: true);
        var bundle = _scene.Folder.File("bundle.json");
        await _scene.ExpectAsync(0, "evidence", "export", Decision, "-o", bundle);
        await _scene.ExpectAsync(0, "verify", "bundle", bundle, "--signer", Key.PublicKey.Hex);
    }

    [Fact]
    public async Task One_field_is_disclosed_proven_and_forgotten_and_the_receipt_stays_good()
    {
        await PredictSaltedAsync();
        var (receipt, disclosure) = (Receipt, _scene.Folder.File("age.json"));
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "-o", receipt, "--with-record");
        await _scene.ExpectAsync(1, "receipts", "disclose", Decision, "--field", "age", "--value", "42");
        await _scene.RefuseAsync(2, "receipts", "disclose", Decision, "--field", "name", "--value", "1");
        await _scene.RefuseAsync(2, "receipts", "disclose", Decision, "--field", "age", "--value", "forty");
        await _scene.ExpectAsync(0, "receipts", "disclose", Decision, "--field", "age", "--value", "41", "--out", disclosure);

        using var elsewhere = new CommandScene();
        var verdict = await elsewhere.JsonAsync(0, "verify", "receipt", receipt, "--disclosure", disclosure);
        Assert.Equal("disclosure", (string?)verdict["checks"]!.AsArray()[^1]!["name"]);
        var forged = (await File.ReadAllTextAsync(disclosure)).Replace("\"value\":41", "\"value\":42", StringComparison.Ordinal);
        await File.WriteAllTextAsync(disclosure + ".forged", forged);
        await elsewhere.ExpectAsync(1, "verify", "receipt", receipt, "--disclosure", disclosure + ".forged");

        Assert.Equal(1, (int)(await _scene.JsonAsync(0, "receipts", "forget", Decision, "--field", "age"))["forgotten"]!);
        await _scene.RefuseAsync(2, "receipts", "disclose", Decision, "--field", "age", "--value", "41");
        await _scene.RefuseAsync(2, "receipts", "forget", Decision, "--field", "age");
        await elsewhere.ExpectAsync(0, "verify", "receipt", receipt);
        await _scene.ExpectAsync(0, "receipts", "get", Decision);
    }

    [Fact]
    public async Task No_flipped_bit_of_a_disclosure_is_taken_and_the_part_is_named()
    {
        await PredictSaltedAsync();
        var disclosure = _scene.Folder.File("age.json");
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "-o", Receipt, "--with-record");
        await _scene.ExpectAsync(0, "receipts", "disclose", Decision, "--field", "age", "--value", "41", "-o", disclosure);
        var (sound, flipped) = (await File.ReadAllBytesAsync(disclosure), new FileInfo(disclosure + ".flipped"));
        var verified = await new PredictionReceiptVerifier(new BundleTrust()).VerifyAsync(
            await File.ReadAllBytesAsync(Receipt),
            CancellationToken.None
        );

        Assert.Equal(0, (await DisclosureCheck.AddAsync(verified, new FileInfo(disclosure), CancellationToken.None)).ExitCode);
        for (var bit = 0; bit < sound.Length * 8; bit++)
        {
            var bytes = (byte[])sound.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(flipped.FullName, bytes);
            var verdict = await DisclosureCheck.AddAsync(verified, flipped, CancellationToken.None);
            var check = verdict.Checks[^1];
            Assert.True(
                (verdict.ExitCode, check.Name, check.Outcome) == (1, "disclosure", CheckOutcome.Failed) && check.Detail is { Length: > 0 },
                $"bit {bit}: {Encoding.Latin1.GetString(bytes)}"
            );
        }

        // The last one, as a person runs it.
        var said = await _scene.ExpectAsync(1, "verify", "receipt", Receipt, "--disclosure", flipped.FullName);
        Assert.Contains("disclosure", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disclosure_needs_the_record_and_a_home_without_salts_says_so()
    {
        await PredictSaltedAsync();
        var disclosure = _scene.Folder.File("age.json");
        await _scene.ExpectAsync(0, "receipts", "disclose", Decision, "--field", "age", "--value", "41", "-o", disclosure);
        await _scene.ExpectAsync(0, "receipts", "get", Decision, "-o", Receipt);
        var said = await _scene.ExpectAsync(3, "verify", "receipt", Receipt, "--disclosure", disclosure);
        Assert.Contains("--with-record", said.Out, StringComparison.Ordinal);
        using var elsewhere = new CommandScene();
        await elsewhere.RefuseAsync(2, "receipts", "forget", Decision);
    }

    // As the outbox does when an anchor answers: about the newest checkpoint, perhaps one after another event.
    private async Task WitnessAsync(ReceiptState state, bool appends)
    {
        var options = new LedgerOptions { Folder = Path.Combine(_scene.Home, "ledger"), PublishesByItself = false };
        await using var ledger = await EventLedger.OpenAsync(options, Key, TimeProvider.System, CancellationToken.None);
        if (appends)
        {
            var later = new EventSubmission
            {
                Envelope = "{}"u8.ToArray(),
                EventId = "later",
                PayloadHash = new string('0', 64),
            };
            await ledger.AppendAsync(later, CancellationToken.None);
        }

        var checkpoint = (await ledger.PublishAsync(CancellationToken.None))!;
        var receipt = new AnchorReceipt
        {
            Anchor = "notary",
            World = "opentimestamps",
            Network = "bitcoin",
            Target = AnchorTarget.Checkpoint,
            Digest = Digest.Compute(DigestAlgorithm.Sha256, checkpoint.Note.Span),
            TreeSize = checkpoint.Size,
            State = state,
            PreparedAt = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero),
            Proof = [],
        };
        await ledger.Receipts.PutAsync(receipt, CancellationToken.None);
    }

    private async Task PredictSaltedAsync()
    {
        await using var ledger = await EventLedger.OpenAsync(
            new LedgerOptions { Folder = Path.Combine(_scene.Home, "ledger"), Origin = "ledger.example/tests" },
            Key,
            TimeProvider.System,
            CancellationToken.None
        );
        using var salts = SaltStore.Open(Path.Combine(_scene.Home, "salts.db"));
        await using var log = new LedgerPredictionLog(ledger, Key, TimeProvider.System, new PredictionLogOptions());
        await using var runner = new ConstantRunner();
        var identity = new ModelIdentity
        {
            Uri = "models:/credit-scorer/3",
            Name = "credit-scorer",
            Version = "3",
            RunId = ModelIdentity.Unknown,
        };
        var options = new PredictionServiceOptions { Salts = salts, Ids = new OneId() };
        var service = new PredictionService(runner, identity, log, TimeProvider.System, options);
        var input = ModelInput.Of(new JsonObject { ["age"] = 41, ["income"] = 78_000 });
        await (await service.PredictAsync(input, PredictOptions.None, CancellationToken.None)).Logged;
    }

    private sealed class OneId : IEventIds
    {
        public string Next() => Decision;
    }

    private sealed class ConstantRunner : IModelRunner
    {
        public string Kind => "constant";

        public IReadOnlyList<ModelField> Inputs => [];

        public IReadOnlyList<ModelField> Outputs => [];

        public Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken) =>
            Task.FromResult(new ModelOutput(0.5, []));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private async Task PredictAsync(PredictionMode mode, bool publishes, Action? beforeClose = null)
    {
        var options = new LedgerOptions
        {
            Folder = Path.Combine(_scene.Home, "ledger"),
            Origin = "ledger.example/tests",
            PublishesByItself = false,
        };
        await using var ledger = await EventLedger.OpenAsync(options, Key, TimeProvider.System, CancellationToken.None);
        await using var log = new LedgerPredictionLog(ledger, Key, TimeProvider.System, new PredictionLogOptions { Mode = mode });
        var facts = new PredictionFacts
        {
            DecisionId = Decision,
            ModelName = "credit-scorer",
            ModelVersion = "3",
            RunId = "unknown",
            ModelUri = "models:/credit-scorer/3",
            InputHash = PredictionHash.OfInput(new JsonArray(1)),
            OutputHash = PredictionHash.OfOutput(new JsonArray(2)),
            LatencyInMilliseconds = 1.5,
        };
        using var place = log.TryReserve()!;
        await place.Record(facts, registrationTransaction: null, new RecordOptions()).Logged;
        if (publishes)
        {
            await ledger.PublishAsync(CancellationToken.None);
        }

        beforeClose?.Invoke();
    }

    // What a power cut would leave: a ledger that is closed publishes a checkpoint first.
    private static void CopyFolder(string from, string to)
    {
        foreach (
            var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock")
        )
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
