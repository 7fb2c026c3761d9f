using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>The verification behind a panel: the envelope from its source, then all four checks.</summary>
internal sealed class ArioVerifier(IMlflowStore store, IArioEnvelopeSource envelopes, IArioAttestationSource attestations, int minimumLevel)
{
    private static readonly AttestationAnswer NotEnabled = new(false, null);

    public async Task<ArioResult> VerifyAsync(string transactionId, CancellationToken cancellationToken)
    {
        var envelope = await envelopes.FindAsync(transactionId, cancellationToken).ConfigureAwait(false);
        var answer = envelope is null
            ? null
            : await attestations.FindAsync(transactionId, cancellationToken).ConfigureAwait(false) ?? NotEnabled;
        var result = await ArioVerification
            .VerifyProofAsync(envelope, store, answer, minimumLevel, transactionId, cancellationToken)
            .ConfigureAwait(false);

        // In the command line, check 3 without bytes takes over check 2's reason (mlflow-events.md §17).
        return result is { SourceOfTruth: { Ok: null, Reason: "no_payload_to_compare" } source, AnchoredBytes.Reason: { } reason }
            ? result with
            {
                SourceOfTruth = source with { Reason = reason },
            }
            : result;
    }
}
