using System.Diagnostics;
using Hallmark.Mlflow.Events;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Telemetry;

/// <summary>Spans of the source <c>Hallmark.Scoring</c>, children of the caller's span where it sent one (W3C Trace Context).</summary>
internal static class ScoringTrace
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Hallmark.Scoring";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsHeard => Source.HasListeners();

    /// <summary>Begins a span; null where nobody listens.</summary>
    public static Activity? Start(HttpRequest request, IScoringModel model)
    {
        if (!IsHeard)
        {
            return null;
        }

        // The web server's own activity is sent nowhere: a child of it would be left out with it. The caller's span is our parent, or nobody's.
        Activity.Current = null;
        var span = Source.StartActivity("predict", ActivityKind.Server, CallerOf(request));
        span?.SetTag("hallmark.model.name", model.Identity.Name);
        span?.SetTag("hallmark.model.version", model.Identity.Version);
        span?.SetTag(
            "http.route",
            request.Path.StartsWithSegments("/v2", StringComparison.Ordinal) ? "/v2/models/{name}/infer" : "/invocations"
        );
        return span;
    }

    /// <summary>The ids for the record: our span's, else the caller's, else none.</summary>
    public static SpanIds? IdsOf(Activity? span, HttpRequest request)
    {
        if (span is not null)
        {
            return new SpanIds(span.TraceId.ToHexString(), span.SpanId.ToHexString());
        }

        var caller = CallerOf(request);
        return caller == default ? null : new SpanIds(caller.TraceId.ToHexString(), caller.SpanId.ToHexString());
    }

    // What is malformed, or sent twice, is passed over, as the recommendation asks (§4.3): the trace begins anew.
    private static ActivityContext CallerOf(HttpRequest request)
    {
        var parent = request.Headers.TraceParent;
        return parent.Count == 1 && ActivityContext.TryParse(parent[0], request.Headers.TraceState, isRemote: true, out var context)
            ? context
            : default;
    }
}
