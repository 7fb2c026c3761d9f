using System.Globalization;
using System.Text.Json;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The assessments of a trace in a file store: <c>assessments/&lt;id&gt;.yaml</c>, as MLflow 3 writes them.</summary>
internal sealed class AssessmentReader(StoreFolder store)
{
    private const string Ending = ".yaml";

    /// <summary>All of a trace's, oldest first.</summary>
    public IReadOnlyList<Assessment> List(string traceFolder, string traceId) =>
        Assessment.InOrder(
            store
                .List(Path.Combine(traceFolder, "assessments"))
                .Where(entry => !entry.IsFolder && entry.Name.EndsWith(Ending, StringComparison.Ordinal))
                .Select(entry => Read(MetaFile.Read(store, entry.Path), entry.Name[..^Ending.Length], traceId))
        );

    private static Assessment Read(MetaFile file, string id, string traceId)
    {
        if (file.Required("assessment_id") != id)
        {
            throw file.Fault("assessment_id", "does not fit its file");
        }

        if (file.Required("trace_id") != traceId)
        {
            throw file.Fault("trace_id", "does not fit its folder");
        }

        var feedback = Map(file, "feedback");
        var source = Map(file, "source");
        var (kind, content) = (feedback, Map(file, "expectation")) switch
        {
            ({ } judged, null) => (AssessmentKind.Feedback, judged),
            (null, { } expected) => (AssessmentKind.Expectation, expected),
            _ => throw file.Fault("feedback", "or 'expectation' must be there, and not both"),
        };
        return new Assessment
        {
            AssessmentId = id,
            TraceId = traceId,
            Name = file.Required("assessment_name"),
            Kind = kind,
            ValueJson = Value(file, content),
            ErrorJson = content.Entries.GetValueOrDefault("error") is { } error and not YamlScalar { IsNull: true }
                ? YamlJson.Write(error)
                : null,
            SourceType = Text(source, "source_type") ?? "",
            SourceId = Text(source, "source_id") ?? "",
            Rationale = file.Text("rationale"),
            Metadata = file.Texts("metadata"),
            SpanId = file.Text("span_id"),
            Overrides = file.Text("overrides"),
            IsValid = file.Text("valid") != "false",
            CreatedAt = Time(file, "create_time"),
            LastUpdatedAt = Time(file, "last_update_time"),
        };
    }

    // A value that is no plain one (a list, an object) is JSON text in a member of its own.
    private static string Value(MetaFile file, YamlMap content)
    {
        if (content.Entries.GetValueOrDefault("serialized_value") is not YamlMap serialized)
        {
            return content.Entries.TryGetValue("value", out var value) ? YamlJson.Write(value) : "null";
        }

        var text = Text(serialized, "value") ?? throw file.Fault("serialized_value", "holds no value");
        try
        {
            using var _ = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            throw file.Fault("serialized_value", "is no JSON");
        }
    }

    private static YamlMap? Map(MetaFile file, string field) =>
        file.Map.Entries.GetValueOrDefault(field) switch
        {
            null or YamlScalar { IsNull: true } => null,
            YamlMap map => map,
            _ => throw file.Fault(field, "is no mapping"),
        };

    private static string? Text(YamlMap? map, string field) =>
        map?.Entries.GetValueOrDefault(field) is YamlScalar { IsNull: false } scalar ? scalar.Text : null;

    private static long Time(MetaFile file, string field) =>
        file.Required(field) is var text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw file.Fault(field, $"is no time: '{Printable.Text(text)}'");
}
