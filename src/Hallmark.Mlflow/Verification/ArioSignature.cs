using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Mlflow.Verification;

/// <summary>Check 1: the envelope's own key signed it (mlflow-events.md §11.1). It does not look at whose key that is.</summary>
internal static class ArioSignature
{
    public static ArioCheck Check(JsonNode? envelope)
    {
        var result = CommitmentVerification.Verify(envelope, null);
        var details = result.ToSignatureJson();
        details.Remove("ok");
        details.Remove("reason");
        return new ArioCheck(result.IsSignatureCheckOk, result.Reason) { Details = details };
    }
}
