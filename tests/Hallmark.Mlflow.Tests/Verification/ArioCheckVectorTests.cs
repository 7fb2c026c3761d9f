using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>The original's verdicts, result for result: mlflow-checks.json, verify-record.json, overall-truth-table.json, tag-writeback.json.</summary>
public sealed class ArioCheckVectorTests
{
    private static readonly JsonNode Checks = Vectors.Load("mlflow-checks");
    private static readonly JsonNode Records = Vectors.Load("verify-record");

    public static TheoryData<string> CheckCases => Vectors.Ids("mlflow-checks");

    public static TheoryData<string> RecordCases => Vectors.Ids("verify-record");

    [Theory]
    [MemberData(nameof(CheckCases))]
    public async Task The_composite_verifications_answer_as_the_original_does(string id)
    {
        var vector = Vectors.Case(Checks, id);
        var (envelope, expect) = (vector["envelope"], vector["expect"]!);
        var store = ScriptedState.Build(vector["state"]);
        var transaction = (string)vector["tx_id"]!;
        var minimum = (int?)vector["min_attestation_level"] ?? ArioAttestation.DefaultMinimumLevel;
        var answer = AnswerOf(vector["ario_verify"]);

        var byTransaction = await ArioVerification.VerifyProofAsync(envelope, store, answer, minimum, transaction, CancellationToken.None);
        ArioResults.AssertEqual(expect["verify_proof_by_tx"], byTransaction.ToJson());
        if (expect["full_verify"] is { } full)
        {
            ArioResults.AssertEqual(
                full,
                (await ArioVerification.FullVerifyAsync(envelope, store, answer, minimum, transaction, CancellationToken.None)).ToJson()
            );
            ArioResults.AssertEqual(
                expect["full_verify_without_mlflow"],
                (await ArioVerification.FullVerifyAsync(envelope, null, answer, minimum, transaction, CancellationToken.None)).ToJson()
            );
        }
    }

    [Theory]
    [MemberData(nameof(RecordCases))]
    public void A_record_alone_is_verified_as_the_original_does(string id)
    {
        var vector = Vectors.Case(Records, id);
        var bytes = (string?)vector["canonical_bytes_utf8"] is { } text ? Encoding.UTF8.GetBytes(text) : null;
        var minimum = (int?)vector["min_attestation_level"] ?? ArioAttestation.DefaultMinimumLevel;
        ArioResults.AssertEqual(
            vector["expect"],
            ArioVerification
                .VerifyRecord(vector["envelope"], bytes, AnswerOf(vector["ario_verify"]), minimum, (string?)vector["tx_id"])
                .ToJson()
        );
    }

    [Fact]
    public void Every_row_of_the_truth_table_of_overall_comes_out()
    {
        foreach (var row in Vectors.Cases("overall-truth-table"))
        {
            Assert.Equal((bool?)row[5], ArioOverall.OfFull((string?)row[0], (bool?)row[1], (bool?)row[2], (bool?)row[3], (bool?)row[4]));
        }
    }

    [Fact]
    public void The_tags_that_the_original_writes_after_a_verification_come_out()
    {
        foreach (var vector in Vectors.Cases("tag-writeback"))
        {
            Assert.Equal(ScriptedState.Texts(vector["expect"]), ArioAttestation.TagsOfTheOriginal(vector["verification"] as JsonObject));
        }
    }

    [Fact]
    public async Task An_envelope_that_is_no_object_fails_and_does_not_throw()
    {
        foreach (var envelope in new JsonNode?[] { new JsonArray(), JsonValue.Create(1), JsonValue.Create("x") })
        {
            var result = await ArioVerification.FullVerifyAsync(envelope, new MemoryMlflowStore(), null, 2, null, CancellationToken.None);
            Assert.False(result.Overall);
            Assert.Equal("envelope_not_a_json_object", result.Signature.Reason);
            Assert.False(ArioVerification.VerifyRecord(envelope, [1], null, 2, null).Overall);
        }
    }

    private static AttestationAnswer? AnswerOf(JsonNode? script) =>
        script is null ? null : new AttestationAnswer((bool?)script["enabled"] ?? true, script["result"]?.DeepClone() as JsonObject);
}
