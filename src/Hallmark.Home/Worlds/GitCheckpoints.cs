using Hallmark.Anchors;
using Hallmark.Anchors.Git;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Worlds;

/// <summary>The Git mode of <c>checkpoint-file</c>: how its settings are read, and what is made of them.</summary>
internal static class GitCheckpoints
{
    private const string DefaultBranch = "checkpoints";

    /// <summary>Reads <c>repository</c>, <c>branch</c>, <c>remote</c> and <c>allow_plain_http</c>.</summary>
    /// <returns>Null where something needed is missing or faulty; then a fault says so.</returns>
    public static AnchorSettings? Read(string name, SettingsMembers members)
    {
        var repository = members.Text("repository");
        var remote = members.Text("remote");
        var allowPlainHttp = members.Switch("allow_plain_http");
        var branch = members.Text("branch") ?? DefaultBranch;
        if (members.Has("folder"))
        {
            _ = members.Text("folder");
            members.Fault("folder", "is for files, and repository and remote are for Git; name one of the two");
            return null;
        }

        if (!IsAccepted(members, "branch", () => _ = new GitTrust { Branch = branch }))
        {
            return null;
        }

        if (remote is not null && !IsAccepted(members, "remote", () => _ = new GitTrust { Branch = branch, Remote = remote }))
        {
            return null;
        }

        if (remote is not null && !allowPlainHttp && IsPlain(remote))
        {
            members.Fault(
                "remote",
                "not encrypted: whoever sits on the wire could answer; use https or ssh, or say \"allow_plain_http\": true"
            );
        }

        if (!members.Has("repository") && remote?.Contains(':', StringComparison.Ordinal) is not true)
        {
            members.Fault("remote", "without a repository here it must be an address: names of remotes are looked up in the repository");
            return null;
        }

        return new GitCheckpointSettings
        {
            Name = name,
            Repository = repository,
            Branch = branch,
            Remote = remote,
            AllowPlainHttp = allowPlainHttp,
        };
    }

    /// <summary>Makes the anchor.</summary>
    /// <exception cref="AnchorUnavailableException">No repository is named, or a remote is and the command is offline.</exception>
    public static GitCheckpointAnchor CreateAnchor(GitCheckpointSettings settings, WorldTools tools) =>
        settings.Repository is not { } repository
            ? throw new AnchorUnavailableException(
                $"anchor \"{settings.Name}\" names no repository to commit to",
                "name one (\"repository\"); without it receipts can be verified only"
            )
        : settings.Remote is { } remote && tools.IsOffline
            ? throw new AnchorUnavailableException($"{remote} was not asked: the command is offline", "leave --offline out to ask it")
        : new GitCheckpointAnchor(
            new GitAnchorOptions
            {
                Name = settings.Name,
                Folder = tools.PathOf(repository),
                Branch = settings.Branch,
                Remote = settings.Remote,
                AllowPlainHttp = settings.AllowPlainHttp,
            },
            tools.Time
        );

    /// <summary>Makes what checks the anchor's receipts.</summary>
    public static GitReceiptVerifier CreateVerifier(GitCheckpointSettings settings, WorldTools tools) =>
        new(
            new GitTrust
            {
                Folder = settings.Repository is { } repository ? tools.PathOf(repository) : null,
                Branch = settings.Branch,
                Remote = settings.Remote,
                AllowPlainHttp = settings.AllowPlainHttp,
            }
        );

    private static bool IsAccepted(SettingsMembers members, string name, Action make)
    {
        try
        {
            make();
            return true;
        }
        catch (BadInputException refusal)
        {
            members.Fault(name, refusal.Message + (refusal.Hints.Count > 0 ? $"; {refusal.Hints[0]}" : ""));
            return false;
        }
    }

    private static bool IsPlain(string remote) =>
        Uri.TryCreate(remote, UriKind.Absolute, out var address) && address is { Scheme: "http" or "git", IsLoopback: false };
}
