using Hallmark.Anchors.ArioVerify;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.ArioCommandLine;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Home.Family;

/// <summary>Attestations as the family's client has them (mlflow-events.md §13): the service's own word, its signature unchecked. Our receipts ask for more.</summary>
/// <param name="client">The service; null where none is configured.</param>
internal sealed class ServiceAttestations(ArioVerifyClient? client) : IArioAttestationSource
{
    private bool? _isEnabled;

    /// <inheritdoc />
    public async Task<AttestationAnswer?> FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        if (client is null)
        {
            return null;
        }

        try
        {
            // Asked once, when it is first needed; a service that is not well is switched off, as the original does.
            _isEnabled ??= (await client.ReadHealthAsync(cancellationToken).ConfigureAwait(false)).IsReachable;
            return _isEnabled is true
                ? new AttestationAnswer(
                    IsEnabled: true,
                    (await client.SubmitAsync(transactionId, cancellationToken).ConfigureAwait(false)).Normalise()
                )
                : null;
        }
        catch (HallmarkException)
        {
            return new AttestationAnswer(IsEnabled: _isEnabled is true, Result: null);
        }
    }
}
