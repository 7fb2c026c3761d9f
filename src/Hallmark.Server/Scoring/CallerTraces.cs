using Hallmark.Mlflow.Events;

namespace Hallmark.Server.Scoring;

/// <summary>The traces that a prediction belongs to, as its caller says.</summary>
/// <param name="Span">The OpenTelemetry span; or null.</param>
/// <param name="MlflowTraceId">The id of a trace in MLflow, <c>tr-</c> and 32 hex digits (3.x) or these alone (2.x); or null.</param>
public sealed record CallerTraces(SpanIds? Span, string? MlflowTraceId);
