using Hallmark.Home.Settings;

namespace Hallmark.Home.Worlds;

/// <summary>Every kind of outside world there is.</summary>
internal static class WorldList
{
    /// <summary>All, in the order in which messages name them.</summary>
    public static IReadOnlyList<World> All { get; } =
    [new CheckpointFileWorld(), new ArweaveWorld(), new OpenTimestampsWorld(), new TimeStampAuthorityWorld()];

    /// <summary>The world of a type, or null.</summary>
    public static World? Find(string type) => All.FirstOrDefault(world => world.Type == type);

    /// <summary>The world of an anchor.</summary>
    public static World Of(AnchorSettings settings) =>
        Find(settings.Type) ?? throw new ArgumentException($"There is no world of type {settings.Type}.", nameof(settings));
}
