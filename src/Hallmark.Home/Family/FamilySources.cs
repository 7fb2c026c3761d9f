using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Home.Worlds;
using Hallmark.Mlflow.ArioCommandLine;

namespace Hallmark.Home.Family;

/// <summary>What the ar.io family's own command line asks: the gateways and the verification service of the first <c>arweave</c> anchor, else those of the environment.</summary>
public sealed class FamilySources
{
    private FamilySources(IArioEnvelopeSource envelopes, IArioAttestationSource attestations, int minimumLevel)
    {
        Envelopes = envelopes;
        Attestations = attestations;
        MinimumLevel = minimumLevel;
    }

    /// <summary>Where envelopes are fetched.</summary>
    public IArioEnvelopeSource Envelopes { get; }

    /// <summary>Who is asked for attestations.</summary>
    public IArioAttestationSource Attestations { get; }

    /// <summary>The attestation level that is enough.</summary>
    public int MinimumLevel { get; }

    /// <summary>The sources of a home.</summary>
    /// <exception cref="BadInputException">The environment names a service that is no address.</exception>
    internal static FamilySources Of(HallmarkSettings settings, WorldTools tools)
    {
        var arweave =
            settings.Anchors.OfType<ArweaveSettings>().FirstOrDefault()
            ?? new ArweaveSettings
            {
                Name = ArweaveAnchor.WorldName,
                Upload = TurboOptions.DefaultUploadService,
                Network = ArweaveAnchor.MainNetwork,
            };
        return new FamilySources(
            new GatewayEnvelopes(new ArweaveEnvelopes(ArweaveWorld.GatewaysOf(arweave, tools))),
            new ServiceAttestations(VerifyServices.FindClient(arweave, tools)?.Client),
            arweave.VerifyLevel
        );
    }
}
