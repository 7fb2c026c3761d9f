using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>Merges what the caller and its surroundings add to a record (mlflow-events.md §1).</summary>
internal static class CallerMembers
{
    /// <summary>Asks a training record to name its tracking URI; never stored itself.</summary>
    public const string IncludeTrackingUri = "include_tracking_uri";

    /// <summary>Adds the caller's members, then the span's; a name that is there already keeps its value.</summary>
    public static void Merge(JsonObject payload, RecordOptions options, string? without = null)
    {
        foreach (var (name, value) in options.Metadata ?? [])
        {
            if (name != without)
            {
                payload.TryAdd(name, value?.DeepClone());
            }
        }

        if (options.Span is { } span)
        {
            payload.TryAdd("otel_trace_id", span.TraceId);
            payload.TryAdd("otel_span_id", span.SpanId);
        }
    }

    /// <summary>True for what Python calls true: not null, false, zero or empty.</summary>
    public static bool IsTruthy(JsonNode? value) =>
        value switch
        {
            null => false,
            JsonArray array => array.Count > 0,
            JsonObject members => members.Count > 0,
            JsonValue scalar => scalar.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.True => true,
                System.Text.Json.JsonValueKind.String => scalar.GetValue<string>().Length > 0,
                System.Text.Json.JsonValueKind.Number => scalar.ToJsonString() is var text
                    && double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) != 0,
                _ => false,
            },
            _ => false,
        };
}
