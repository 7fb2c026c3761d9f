using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Home.Worlds;

namespace Hallmark.Home;

/// <summary>An anchor of the settings. What it needs (wallets, certificates) is read when it is first asked for, so that recording an event needs none of it.</summary>
public sealed class ConfiguredAnchor
{
    private readonly Lazy<IAnchor> _anchor;
    private readonly Lazy<IReceiptVerifier> _verifier;

    internal ConfiguredAnchor(AnchorSettings settings, WorldTools tools)
    {
        Settings = settings;
        var world = WorldList.Of(settings);
        _anchor = new(() => world.CreateAnchor(settings, tools));
        _verifier = new(() => world.CreateVerifier(settings, tools));
    }

    /// <summary>What the settings say.</summary>
    public AnchorSettings Settings { get; }

    /// <summary>The anchor's name.</summary>
    public string Name => Settings.Name;

    /// <summary>What it takes.</summary>
    public AnchorTarget Target => Settings.Target;

    /// <summary>Opens the anchor.</summary>
    /// <exception cref="AnchorUnavailableException">Something that it needs is missing or malformed.</exception>
    public IAnchor Open() => Usable(_anchor);

    /// <summary>Opens what checks its receipts.</summary>
    /// <exception cref="AnchorUnavailableException">Something that it needs is missing or malformed.</exception>
    public IReceiptVerifier OpenVerifier() => Usable(_verifier);

    /// <summary>How it does; what cannot be opened is not reachable.</summary>
    public async Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Open().ReadStatusAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HallmarkException failure)
        {
            return new AnchorStatus(IsReachable: false, failure.Message);
        }
    }

    // A broken file of the user's is no reason to give work up: it is mended, and the work goes on.
    private T Usable<T>(Lazy<T> part)
    {
        try
        {
            return part.Value;
        }
        catch (HallmarkException failure) when (failure is not AnchorUnavailableException)
        {
            throw new AnchorUnavailableException($"anchor \"{Name}\" cannot be used: {failure.Message}", failure, [.. failure.Hints]);
        }
    }
}
