using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Predictions;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Predictions.Salted;
using Hallmark.Inference.Runners;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;
using Hallmark.Sqlite;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>One field can be shown without the others, and forgotten without the receipt.</summary>
public sealed class SaltedPredictionTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private PredictionHome _home = null!; // ! made before each test
    private EventLedger _ledger = null!; // ! made before each test

    private string File => Path.Combine(_home.Folder + ".salts", "salts.db");

    public async Task InitializeAsync()
    {
        _home = PredictionHome.Create();
        _ledger = await _home.OpenAsync();
    }

    public Task DisposeAsync() => _home.DisposeAsync().AsTask();

    [Fact]
    public async Task A_field_is_shown_by_its_value_and_salt_and_says_nothing_of_the_others()
    {
        using var salts = SaltStore.Open(File);
        var (decision, payload) = await PredictAsync(salts, """{"age":41,"income":78000}""");
        Assert.Equal(["age", "income"], payload["salted"]!["input"]!.AsObject().Select(member => member.Key));
        Assert.Equal(["value"], payload["salted"]!["output"]!.AsObject().Select(member => member.Key));

        var age = new FieldDisclosure
        {
            DecisionId = decision,
            Side = FieldSalt.Input,
            Field = "age",
            Salt = salts.Find(decision, FieldSalt.Input, "age")!.Value,
            Value = 41,
        };
        Assert.Null(FieldDisclosure.Read(age.Write()).FindFault(payload));
        Assert.NotNull((age with { Value = 42 }).FindFault(payload));
        Assert.NotNull((age with { Value = "41" }).FindFault(payload));
        Assert.NotNull((age with { Field = "income" }).FindFault(payload));
        Assert.NotNull((age with { Field = "name" }).FindFault(payload));
        Assert.NotNull((age with { Side = FieldSalt.Output }).FindFault(payload));
        Assert.NotNull((age with { Salt = new byte[32] }).FindFault(payload));
        Assert.NotNull((age with { DecisionId = PredictionHome.NewId() }).FindFault(payload));
        Assert.NotNull((age with { Salt = salts.Find(decision, FieldSalt.Input, "income")!.Value }).FindFault(payload));
    }

    [Fact]
    public async Task Equal_values_of_two_predictions_cannot_be_told_from_different_ones()
    {
        using var salts = SaltStore.Open(File);
        var (_, one) = await PredictAsync(salts, """{"age":41}""");
        var (_, other) = await PredictAsync(salts, """{"age":41}""");
        Assert.NotEqual((string?)one["salted"]!["input"]!["age"], (string?)other["salted"]!["input"]!["age"]);
        Assert.NotEqual((string?)one["input_hash"], (string?)other["input_hash"]);
        Assert.NotEqual((string?)one["output_hash"], (string?)other["output_hash"]);
        Assert.NotEqual(PredictionHash.OfInput(JsonNode.Parse("""{"age":41}""")), (string?)one["input_hash"]);
    }

    [Fact]
    public async Task What_is_forgotten_is_gone_from_the_file_and_the_receipt_stays_valid()
    {
        byte[] salt;
        string decision;
        using (var salts = SaltStore.Open(File))
        {
            (decision, _) = await PredictAsync(salts, """{"age":41,"income":78000}""");
            salt = salts.Find(decision, FieldSalt.Input, "age")!.Value.ToArray();
            Assert.Equal(1, salts.Forget(decision, "age"));
            Assert.Equal(0, salts.Forget(decision, "age"));
            Assert.Null(salts.Find(decision, FieldSalt.Input, "age"));
            Assert.NotNull(salts.Find(decision, FieldSalt.Input, "income"));
            Assert.Empty(FilesWith(salt));
            Assert.Equal(2, salts.Forget(decision, field: null));
        }

        await _ledger.PublishAsync(None);
        var receipt = await new PredictionReceiptComposer(_ledger.Reader).FindAsync(decision, withRecord: true, None);
        Assert.Equal(VerdictStatus.Verified, (await ReceiptScene.VerifyAsync(PredictionReceiptJson.Write(receipt!))).Verdict.Status);
    }

    [Fact]
    public async Task Forgetting_is_said_to_be_done_only_when_the_log_holds_nothing_any_more()
    {
        using var salts = SaltStore.Open(File, TimeSpan.FromMilliseconds(50));
        var salt = await KeepAsync(salts, "one");

        // Somebody reads what was there before: the log cannot be cut under him.
        using (var reader = SqliteSession.Open(File, SqliteAccess.Read, TimeSpan.Zero))
        {
            reader.Execute("BEGIN; SELECT count(*) FROM salt");
            var refusal = Assert.Throws<UnavailableException>(() => salts.Forget("one", field: null));
            Assert.Contains("may still stand in the log", refusal.Message);
            Assert.NotEmpty(FilesWith(salt));
            Assert.Throws<UnavailableException>(() => salts.Forget("one", field: null));
        }

        Assert.Equal(0, salts.Forget("one", field: null));
        Assert.Empty(FilesWith(salt));
    }

    [Fact]
    public async Task A_prediction_whose_salts_are_kept_already_is_refused_alone()
    {
        using var salts = SaltStore.Open(File);
        List<Task> first;
        Task taken,
            other;
        using (var writer = SqliteSession.Open(File, SqliteAccess.Write, TimeSpan.FromSeconds(10)))
        {
            // What comes while somebody else writes waits, and shares a transaction.
            writer.Execute("BEGIN IMMEDIATE");
            first = [.. Enumerable.Range(0, 10).Select(i => salts.AddAsync($"id-{i}", [Salt("age", (byte)i)]))];
            taken = salts.AddAsync("id-9", [Salt("income", 77), Salt("age", 78)]);
            other = salts.AddAsync("id-10", [Salt("age", 10)]);
            writer.Execute("COMMIT");
        }

        await Assert.ThrowsAsync<BadInputException>(() => taken);
        await Task.WhenAll([.. first, other]);
        Assert.All(Enumerable.Range(0, 11), i => Assert.Equal((byte)i, salts.Find($"id-{i}", FieldSalt.Input, "age")!.Value.Span[0]));
        Assert.Null(salts.Find("id-9", FieldSalt.Input, "income"));
    }

    [Fact]
    public async Task Salts_are_on_disk_for_their_owner_only_before_the_prediction_is_logged()
    {
        var ids = new List<string>();
        using (var salts = SaltStore.Open(File))
        {
            var predictions = await Task.WhenAll(
                Enumerable.Range(0, 40).Select(i => Task.Run(() => PredictAsync(salts, $$"""{"age":{{i}}}""")))
            );
            ids.AddRange(predictions.Select(prediction => prediction.DecisionId));
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!)
            );
        }

        using var again = SaltStore.Open(File);
        Assert.All(ids, id => Assert.Equal(32, again.Find(id, FieldSalt.Input, "age")?.Length));
    }

    [Fact]
    public async Task Where_the_salts_cannot_be_kept_the_prediction_is_not_given_out()
    {
        var salts = SaltStore.Open(File);
        salts.Dispose();
        await using var log = PredictionHome.Log(_ledger);
        await Assert.ThrowsAnyAsync<Exception>(() => PredictAsync(salts, """{"age":41}"""));
        Assert.Equal((0, 0L), (log.UnderWay, _ledger.Count));
    }

    [Fact]
    public void Another_programs_file_is_refused_and_left_alone()
    {
        var text = _home.File("notes.txt");
        System.IO.File.WriteAllText(text, "not a database, but long enough to look at: " + new string('x', 200));
        Assert.ThrowsAny<HallmarkException>(() => SaltStore.Open(text));
        Assert.StartsWith("not a database", System.IO.File.ReadAllText(text), StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => SaltStore.Open(Path.Combine(_home.Folder, "ledger.db")));
    }

    [Theory]
    [InlineData(InputForm.DataframeSplit, """{"columns":["a","b"],"data":[[1,2],[3,4]]}""", """{"a":[1,3],"b":[2,4]}""")]
    [InlineData(InputForm.DataframeSplit, """{"columns":["a","a"],"data":[[1,2]]}""", """{"value":{"columns":["a","a"],"data":[[1,2]]}}""")]
    [InlineData(InputForm.DataframeSplit, """{"columns":["a"],"data":[[1,2]]}""", """{"value":{"columns":["a"],"data":[[1,2]]}}""")]
    [InlineData(InputForm.DataframeRecords, """[{"a":1,"b":2},{"a":3,"b":4}]""", """{"a":[1,3],"b":[2,4]}""")]
    [InlineData(InputForm.DataframeRecords, """[{"a":1},{"b":4}]""", """{"value":[{"a":1},{"b":4}]}""")]
    [InlineData(InputForm.OpenInference, """[{"name":"x","data":[1]}]""", """{"x":{"data":[1],"name":"x"}}""")]
    [InlineData(InputForm.Inputs, """{"x":[1]}""", """{"x":[1]}""")]
    [InlineData(InputForm.Instances, "[[1]]", """{"value":[[1]]}""")]
    [InlineData(InputForm.Csv, "\"a\\n1\"", """{"value":"a\n1"}""")]
    [InlineData(InputForm.Plain, "{}", """{"value":{}}""")]
    public void An_input_is_taken_apart_by_its_form(InputForm form, string value, string expected)
    {
        var fields = SaltedFields.OfInput(new ModelInput(form, JsonNode.Parse(value)));
        var json = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        Assert.Equal(expected, Encoding.UTF8.GetString(Core.Json.CanonicalJson.Canonicalize(json)));
    }

    [Fact]
    public void More_fields_than_are_kept_apart_are_one()
    {
        var wide = new JsonObject(Enumerable.Range(0, 257).Select(i => KeyValuePair.Create($"f{i}", (JsonNode?)i)));
        Assert.Equal(SaltedFields.Whole, Assert.Single(SaltedFields.OfInput(new ModelInput(InputForm.Plain, wide))).Key);
        var parameters = SaltedFields.OfInput(new ModelInput(InputForm.Instances, new JsonArray(1), new JsonObject { ["t"] = 0.5 }));
        Assert.Equal(["value", "params.t"], parameters.Select(field => field.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"decision_id":"d","field":"f","format":"hallmark/field-disclosure/v2","salt":"","side":"input","value":1}""")]
    [InlineData("""{"decision_id":"d","field":"f","format":"hallmark/field-disclosure/v1","salt":"00","side":"input","value":1}""")]
    public void What_is_no_disclosure_is_refused(string text) =>
        Assert.Throws<BadInputException>(() => FieldDisclosure.Read(Encoding.UTF8.GetBytes(text)));

    private static FieldSalt Salt(string field, byte fill) => new(FieldSalt.Input, field, Enumerable.Repeat(fill, 32).ToArray());

    private static async Task<byte[]> KeepAsync(SaltStore salts, string decision)
    {
        await salts.AddAsync(decision, [Salt("age", 0xA7)]);
        return salts.Find(decision, FieldSalt.Input, "age")!.Value.ToArray();
    }

    private IEnumerable<string> FilesWith(byte[] salt) =>
        Directory.GetFiles(Path.GetDirectoryName(File)!).Where(file => System.IO.File.ReadAllBytes(file).AsSpan().IndexOf(salt) >= 0);

    private async Task<(string DecisionId, JsonObject Payload)> PredictAsync(SaltStore salts, string input)
    {
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = new ScriptedRunner(_ => new ModelOutput(new JsonArray(0.5), []));
        var identity = new ModelIdentity
        {
            Uri = "models:/m/1",
            Name = "m",
            Version = "1",
            RunId = ModelIdentity.Unknown,
        };
        var service = new PredictionService(runner, identity, log, TimeProvider.System, new PredictionServiceOptions { Salts = salts });
        var prediction = await service.PredictAsync(ModelInput.Of(JsonNode.Parse(input)), PredictOptions.None, None);
        return (prediction.DecisionId, PredictionPayload.Find((await prediction.Logged).Record!.Value.Span)!);
    }
}
