using System.Text.Json;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Reads the assessments of traces; a database of MLflow 2 has none.</summary>
internal static class AssessmentQueries
{
    /// <summary>All of a trace's, oldest first.</summary>
    public static async Task<IReadOnlyList<Assessment>> ListAsync(
        SqlSession session,
        string traceId,
        CancellationToken cancellationToken
    ) =>
        session.Schema.Has("assessments")
            ? Assessment.InOrder(
                await session
                    .ListAsync(
                        $"""
                        SELECT assessment_id, trace_id, name, assessment_type, value, error, source_type, source_id, rationale, assessment_metadata, span_id,
                            overrides, valid, created_timestamp, last_updated_timestamp FROM assessments WHERE trace_id = {traceId}
                        """,
                        Read,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )
            : [];

    private static Assessment Read(SqlRow row)
    {
        var id = row.Text(0);
        return new Assessment
        {
            AssessmentId = id,
            TraceId = row.Text(1),
            Name = row.Text(2),
            Kind = row.Text(3) switch
            {
                "feedback" => AssessmentKind.Feedback,
                "expectation" => AssessmentKind.Expectation,
                var other => throw Unfit(id, $"is of an unknown type '{Printable.Text(other)}'"),
            },
            ValueJson = Value(id, row.Text(4)),
            ErrorJson = row.TextOrNull(5) is { } error ? Json(id, error) : null,
            SourceType = row.TextOrNull(6) ?? "",
            SourceId = row.TextOrNull(7) ?? "",
            Rationale = row.TextOrNull(8),
            Metadata = row.TextOrNull(9) is { } metadata ? Metadata(id, metadata) : new Dictionary<string, string>(StringComparer.Ordinal),
            SpanId = row.TextOrNull(10),
            Overrides = row.TextOrNull(11),
            IsValid = row.Flag(12),
            CreatedAt = row.Integer(13),
            LastUpdatedAt = row.Integer(14),
        };
    }

    // Python writes these three as they are, which is no JSON.
    private static string Value(string id, string text) => text is "NaN" or "Infinity" or "-Infinity" ? $"\"{text}\"" : Json(id, text);

    private static string Json(string id, string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            throw Unfit(id, "holds a value that is no JSON");
        }
    }

    private static Dictionary<string, string> Metadata(string id, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in json.RootElement.EnumerateObject())
            {
                metadata[member.Name] =
                    member.Value.ValueKind == JsonValueKind.String
                        ? member.Value.GetString()! // the kind is String
                        : member.Value.GetRawText();
            }

            return metadata;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Unfit(id, "has metadata that are no JSON object");
        }
    }

    private static MlflowFormatException Unfit(string id, string fault) =>
        new($"The assessment '{Printable.Text(id)}' in the MLflow database {fault}");
}
