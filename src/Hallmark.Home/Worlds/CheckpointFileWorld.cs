using Hallmark.Anchors;
using Hallmark.Anchors.CheckpointFile;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Worlds;

/// <summary><c>checkpoint-file</c>: a folder of the user's choice, or a branch of a Git repository.</summary>
internal sealed class CheckpointFileWorld : World
{
    /// <inheritdoc />
    public override string Type => "checkpoint-file";

    /// <inheritdoc />
    public override bool TakesEnvelopes => false;

    /// <inheritdoc />
    public override AnchorSettings? Read(string name, SettingsMembers members) =>
        members.Has("repository") || members.Has("remote") ? GitCheckpoints.Read(name, members)
        : members.RequiredText("folder") is { } folder ? new CheckpointFileSettings { Name = name, Folder = folder }
        : null;

    /// <inheritdoc />
    public override IAnchor CreateAnchor(AnchorSettings settings, WorldTools tools) =>
        settings is GitCheckpointSettings git
            ? GitCheckpoints.CreateAnchor(git, tools)
            : new CheckpointFileAnchor(settings.Name, tools.PathOf(((CheckpointFileSettings)settings).Folder), tools.Time);

    /// <inheritdoc />
    public override IReceiptVerifier CreateVerifier(AnchorSettings settings, WorldTools tools) =>
        settings is GitCheckpointSettings git
            ? GitCheckpoints.CreateVerifier(git, tools)
            : new CheckpointFileReceiptVerifier(tools.PathOf(((CheckpointFileSettings)settings).Folder));
}
