using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>What the original takes from its environment (mlflow-events.md §17, §20).</summary>
public sealed record ArioCommandOptions
{
    /// <summary>What the original says where <c>MLFLOW_TRACKING_URI</c> is not set.</summary>
    public const string DefaultTrackingUri = "./mlruns";

    /// <summary>The attestation level that is enough.</summary>
    public int MinimumLevel { get; init; } = ArioAttestation.DefaultMinimumLevel;

    /// <summary>Whether glyphs are coloured; the original does so unless <c>NO_COLOR</c> is set to something (<see cref="ArioPanel.UsesColour"/>).</summary>
    public bool UsesColour { get; init; }

    /// <summary>The value of <c>MLFLOW_TRACKING_URI</c>, which audit bundles quote; credentials in it are left out. <see cref="DefaultTrackingUri"/> where null or empty.</summary>
    public string? TrackingUri { get; init; }
}
