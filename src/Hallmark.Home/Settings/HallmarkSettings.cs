using System.Collections.Immutable;
using Hallmark.Keys.Trust;

namespace Hallmark.Home.Settings;

/// <summary>What <c>hallmark.json</c> says. Every member is optional; an absent file is an empty object.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record HallmarkSettings
{
    /// <summary>The MLflow store, where neither <c>--tracking-uri</c> nor <c>MLFLOW_TRACKING_URI</c> names one.</summary>
    public string? TrackingUri { get; init; }

    /// <summary>Where artifacts lie now, as <c>OLD=NEW</c>. Who writes this chooses which bytes are compared, but cannot make other bytes match.</summary>
    public ImmutableArray<string> Relocations { get; init; } = [];

    /// <summary>The name of the key in <c>keys/</c>, or a path to a key file; null for the default key.</summary>
    public string? SigningKey { get; init; }

    /// <summary>The ledger's name in its checkpoints; null for one made from the signing key.</summary>
    public string? Origin { get; init; }

    /// <summary>Who may have signed. Who writes this decides whom this machine believes.</summary>
    public TrustedKeys TrustedKeys { get; init; } = TrustedKeys.None;

    /// <summary>Where checkpoints go. Who writes this can stop new checkpoints from leaving, not take back what left.</summary>
    public ImmutableArray<AnchorSettings> Anchors { get; init; } = [];
}
