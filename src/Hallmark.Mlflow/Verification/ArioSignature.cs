using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Mlflow.Verification;

/// <summary>Check 1: the envelope's own key signed it (mlflow-events.md §11.1). It does not look at whose key that is.</summary>
internal static class ArioSignature
{
    public static ArioCheck Check(JsonNode? envelope)
    {
        var result = EnvelopeVerifier.Verify(envelope, true);
        var isObject = envelope is JsonObject;
        var isSupported = isObject && result.SpecVersionOk;
        return new ArioCheck(result.SignatureOk && isSupported, isSupported ? null : isObject ? "unsupported_spec_version" : "envelope_not_a_json_object")
        {
            Details = new JsonObject
            {
                ["signature_valid"] = result.SignatureOk,
                ["spec_version_status"] = !isSupported ? "unsupported" : result.LegacyEnvelope ? "legacy" : "supported",
                ["legacy_envelope"] = result.LegacyEnvelope,
            },
        };
    }
}
