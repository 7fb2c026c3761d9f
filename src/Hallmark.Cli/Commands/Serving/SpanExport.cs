using Hallmark.Core.Failures;
using Hallmark.Server.Scoring;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hallmark.Cli.Commands.Serving;

/// <summary>Sends the spans of predictions to an OpenTelemetry collector, where the standard variable names one. OTLP over HTTP with protobuf.</summary>
internal static class SpanExport
{
    /// <summary>The collector's base address; <c>/v1/traces</c> goes behind it. Its credentials come from <c>OTEL_EXPORTER_OTLP_HEADERS</c>.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Begins to send; null where no collector is named. Disposal sends what is left.</summary>
    /// <exception cref="BadInputException">The variable holds no address.</exception>
    public static TracerProvider? Start(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.GetValueOrDefault(EndpointVariable) is not { Length: > 0 } text)
        {
            return null;
        }

        if (
            !Uri.TryCreate(text.TrimEnd('/') + "/v1/traces", UriKind.Absolute, out var endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            || endpoint.UserInfo.Length > 0
        )
        {
            throw new BadInputException(
                $"{EndpointVariable} holds no address of a collector",
                "http://127.0.0.1:4318, without credentials"
            );
        }

        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("hallmark", serviceVersion: ScoringServer.Version))
            .AddSource(ScoringServer.SpanSource)
            .AddOtlpExporter(exporter =>
            {
                exporter.Endpoint = endpoint;
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            })
            .Build();
    }
}
