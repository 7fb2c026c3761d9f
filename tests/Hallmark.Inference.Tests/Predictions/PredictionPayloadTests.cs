using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Tests.Predictions;

public sealed class PredictionPayloadTests
{
    private static readonly PredictionFacts Facts = new()
    {
        DecisionId = "8d5b2a66-0000-4000-8000-000000000000",
        ModelName = "credit-scorer",
        ModelVersion = "3",
        RunId = "unknown",
        ModelUri = "models:/credit-scorer/3",
        InputHash = new string('a', 64),
        OutputHash = new string('b', 64),
        LatencyInMilliseconds = 1.235,
    };

    /// <summary>Names as people give them, latencies of any size, each optional member there or not.</summary>
    [Fact]
    public void What_is_written_at_once_is_what_the_built_record_is_in_canonical_form() =>
        Prop.ForAll<NonNull<string>, NormalFloat, byte>(
                (name, latency, optional) =>
                {
                    if (!IsText(name.Get))
                    {
                        return;
                    }

                    var facts = Facts with
                    {
                        ModelName = name.Get,
                        ModelUri = "models:/" + name.Get,
                        LatencyInMilliseconds = latency.Get,
                        ArtifactVerified = (optional & 1) == 0 ? null : (optional & 2) == 0,
                    };
                    var options = new RecordOptions
                    {
                        MlflowTraceId = (optional & 4) == 0 ? null : name.Get,
                        Span = (optional & 8) == 0 ? null : new SpanIds(new string('1', 32), new string('2', 16)),
                    };
                    Assert.Equal(
                        Encoding.UTF8.GetString(CanonicalJson.Canonicalize(PredictionPayload.Build(facts, options))),
                        Encoding.UTF8.GetString(PredictionPayload.Canonicalize(facts, options))
                    );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Metadata_is_merged_and_a_name_that_is_taken_keeps_its_value()
    {
        var options = new RecordOptions
        {
            Metadata = new JsonObject { ["run_id"] = "mine", ["tenant"] = "bank" },
        };
        var payload = JsonNode.Parse(PredictionPayload.Canonicalize(Facts, options))!;
        Assert.Equal(("unknown", "bank"), ((string?)payload["run_id"], (string?)payload["tenant"]));
    }

    [Fact]
    public void What_has_no_canonical_form_is_bad_input_that_names_the_prediction()
    {
        var refusal = Assert.Throws<BadInputException>(() =>
            PredictionPayload.Canonicalize(Facts with { LatencyInMilliseconds = double.NaN }, new RecordOptions())
        );
        Assert.Contains(Facts.DecisionId, refusal.Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() =>
            PredictionPayload.Canonicalize(Facts, new RecordOptions { Metadata = new JsonObject { ["x"] = double.PositiveInfinity } })
        );
    }

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
