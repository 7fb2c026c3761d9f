namespace Hallmark.Home.Settings;

/// <summary>Checkpoints as files in a folder.</summary>
public sealed record CheckpointFileSettings : AnchorSettings
{
    /// <inheritdoc />
    public override string Type => "checkpoint-file";

    /// <summary>Where the files are written; relative ones below the home. Who writes there can remove checkpoints, but not make new ones.</summary>
    public required string Folder { get; init; }
}
