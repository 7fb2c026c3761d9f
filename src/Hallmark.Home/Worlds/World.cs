using Hallmark.Anchors;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Worlds;

/// <summary>One kind of outside world: how its settings are read, and what is made of them. A new world is a new file beside this one, and its line in <see cref="WorldList"/>.</summary>
internal abstract class World
{
    /// <summary>The value of the member <c>type</c>.</summary>
    public abstract string Type { get; }

    /// <summary>True where it takes envelopes; checkpoints every world takes.</summary>
    public abstract bool TakesEnvelopes { get; }

    /// <summary>Reads what is the world's own; what all anchors share is set by the caller.</summary>
    /// <returns>Null where something needed is missing or faulty; then a fault says so.</returns>
    public abstract AnchorSettings? Read(string name, SettingsMembers members);

    /// <summary>Makes the anchor.</summary>
    /// <exception cref="Core.Failures.BadInputException">A file that the settings name is malformed.</exception>
    /// <exception cref="Core.Failures.UnavailableException">Something that the settings name is out of reach.</exception>
    public abstract IAnchor CreateAnchor(AnchorSettings settings, WorldTools tools);

    /// <summary>Makes what checks the anchor's receipts. All that is trusted comes from the settings.</summary>
    /// <exception cref="Core.Failures.BadInputException">A file that the settings name is malformed.</exception>
    /// <exception cref="Core.Failures.UnavailableException">Something that the settings name is out of reach.</exception>
    public abstract IReceiptVerifier CreateVerifier(AnchorSettings settings, WorldTools tools);
}
