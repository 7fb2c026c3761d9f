using System.Text.Json.Nodes;
using Hallmark.Mlflow.ArioCommandLine;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>Envelopes from a vector's <c>ledger</c>, and one attestation for all; remembers what was asked.</summary>
internal sealed class ScriptedSources(JsonNode? ledger, AttestationAnswer? answer) : IArioEnvelopeSource, IArioAttestationSource
{
    public List<string> Asked { get; } = [];

    public List<string> AskedToAttest { get; } = [];

    /// <summary>The vectors say null for a client that is not enabled, and an empty object for a service that gave nothing.</summary>
    public static AttestationAnswer? AnswerOf(JsonNode? script) =>
        script is null ? null : new AttestationAnswer(true, script.DeepClone() as JsonObject);

    Task<JsonNode?> IArioEnvelopeSource.FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        Asked.Add(transactionId);
        return Task.FromResult((ledger as JsonObject)?[transactionId]?.DeepClone());
    }

    Task<AttestationAnswer?> IArioAttestationSource.FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        AskedToAttest.Add(transactionId);
        return Task.FromResult(answer);
    }
}
