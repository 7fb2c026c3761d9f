using Hallmark.Home.Settings;
using Hallmark.Mlflow.Events;

namespace Hallmark.Home;

/// <summary>What one command was told.</summary>
public sealed record SessionOptions
{
    /// <summary>Where settings, keys and ledger lie.</summary>
    public required HomeFolder Home { get; init; }

    /// <summary>What the settings file says.</summary>
    public required HallmarkSettings Settings { get; init; }

    /// <summary>The environment's variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The MLflow store that was named, or null: then the environment's, the settings', or <c>./mlruns</c>.</summary>
    public string? TrackingUri { get; init; }

    /// <summary>Relocations that were named, as <c>OLD=NEW</c>; where the settings say another place for the same, these hold.</summary>
    public IReadOnlyList<string> Relocations { get; init; } = [];

    /// <summary>The signing key that was named, by name or path; or null.</summary>
    public string? Key { get; init; }

    /// <summary>True where no cached digest is used.</summary>
    public bool IsParanoid { get; init; }

    /// <summary>True where no connection is made: what would need one is out of reach.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Renders the page of an event that was uploaded; null where pages are left as they are.</summary>
    public UploadPageRenderer? RenderUploadPage { get; init; }

    /// <summary>Is told what went wrong beside the work and fails none of it; called from several threads. Nobody unless set.</summary>
    public Action<string>? Complain { get; init; }
}
