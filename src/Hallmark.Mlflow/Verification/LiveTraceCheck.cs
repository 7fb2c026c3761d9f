using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>
/// Compares what a trace says of its prediction with the record, for equality and never by overlay: a tag that was emptied or lost members is a difference. A tag that MLflow
/// cut, and a trace that was pruned, are not: they leave the question open (<c>live_refetch_incomplete</c>).
/// </summary>
internal static class LiveTraceCheck
{
    private const string Incomplete = "live_refetch_incomplete";

    // No MLflow cuts a trace's tag below this length (2.14 does here, later ones at 4096).
    private const int ShortestCut = 250;

    public static Check Of(Trace? trace, string traceId, JsonObject payload, ReadOnlySpan<byte> canonical)
    {
        if (trace is null)
        {
            return Answers.NotRun(
                CheckNames.LiveTrace,
                Incomplete,
                $"the trace {traceId} is gone from MLflow: deleted, or pruned",
                isRequired: true
            );
        }

        var differences = Tags(trace, payload, canonical).ToList();
        if (trace.Tags.GetValueOrDefault(ArioTags.PayloadJson) is not { } text)
        {
            return differences.Count > 0
                ? Differs(differences)
                : Answers.NotRun(
                    CheckNames.LiveTrace,
                    Incomplete,
                    $"the trace has no tag {ArioTags.PayloadJson}: it is not written yet, or was deleted",
                    isRequired: true
                );
        }

        var isCut = IsCut(text, Encoding.UTF8.GetString(canonical));
        if (!isCut)
        {
            var told = StoredJson.TryParseObject(Encoding.UTF8.GetBytes(text));
            differences.AddRange(
                told is null
                    ? [new Difference(ArioTags.PayloadJson, "the canonical record", JsonDifferences.Show(text), "no JSON object")]
                    : JsonDifferences.Between(ArioTags.PayloadJson, payload, told)
            );
        }

        if (differences.Count > 0)
        {
            return Differs(differences);
        }

        // The hash in a tag of its own stands for the whole text.
        return isCut
            ? Answers.NotRun(
                CheckNames.LiveTrace,
                Incomplete,
                $"MLflow cut the tag {ArioTags.PayloadJson} at {text.Length} characters; its beginning and the other tags are those of the record",
                isRequired: !trace.Tags.ContainsKey(ArioTags.PayloadHash)
            )
            : Answers.Passed(CheckNames.LiveTrace, "the trace still says what was recorded of the prediction");
    }

    private static Check Differs(IReadOnlyCollection<Difference> differences) =>
        Answers.Failed(CheckNames.LiveTrace, "differs", "the trace does not say what was recorded of the prediction", differences);

    private static List<Difference> Tags(Trace trace, JsonObject payload, ReadOnlySpan<byte> canonical)
    {
        var differences = new List<Difference>();
        foreach (var (tag, recorded) in Recorded(payload, Convert.ToHexStringLower(SHA256.HashData(canonical))))
        {
            if (trace.Tags.GetValueOrDefault(tag) is { } now && now != recorded && !(recorded is not null && IsCut(now, recorded)))
            {
                differences.Add(new Difference(tag, recorded, now, "tag of the trace"));
            }
        }

        return differences;
    }

    private static IEnumerable<(string Tag, string? Recorded)> Recorded(JsonObject payload, string payloadHash) =>
        [
            (ArioTags.DecisionId, StoredJson.Text(payload, "decision_id")),
            (ArioTags.ModelName, StoredJson.Text(payload, "model_name")),
            (ArioTags.ModelVersion, StoredJson.Text(payload, "model_version")),
            (ArioTags.InputHash, StoredJson.Text(payload, "input_hash")),
            (ArioTags.OutputHash, StoredJson.Text(payload, "output_hash")),
            (ArioTags.PayloadHash, payloadHash),
            (
                ArioTags.ArtifactVerified,
                payload["artifact_verified"] is JsonValue value && value.TryGetValue<bool>(out var isVerified) && isVerified ? "true" : null
            ),
        ];

    private static bool IsCut(string now, string whole) =>
        now.Length >= ShortestCut && now.Length < whole.Length && whole.StartsWith(now, StringComparison.Ordinal);
}
