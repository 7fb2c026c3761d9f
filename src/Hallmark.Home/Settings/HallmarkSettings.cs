using System.Collections.Immutable;
using Hallmark.Core.Policies;
using Hallmark.Keys.Trust;
using Hallmark.Ledger.Outbox;

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

    /// <summary>Where envelopes and checkpoints go. Who writes this can stop new ones from leaving, not take back what left, and decides which receipts are believed.</summary>
    public ImmutableArray<AnchorSettings> Anchors { get; init; } = [];

    /// <summary>Which witnesses must vouch before an event verifies; null for none. Who writes this decides how much is enough on this machine.</summary>
    public WitnessPolicy? WitnessPolicy { get; init; }

    /// <summary>How long and how often work in the outbox is tried.</summary>
    public OutboxOptions Outbox { get; init; } = new();
}
