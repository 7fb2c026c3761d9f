using System.Text.Json.Nodes;
using Hallmark.Artifacts;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Agent;

/// <summary>Reads an asset as it lies now: every byte, never a cached digest, for the file's times say only what its writer wants them to say.</summary>
internal static class AssetReader
{
    /// <summary>Looks at an asset. What is wrong with the file is a value, not an exception.</summary>
    public static async Task<AssetSight> LookAsync(WatchedAsset asset, CancellationToken cancellationToken)
    {
        try
        {
            return asset.Kind is AssetKind.File
                ? await LookAtFileAsync(asset.Path, cancellationToken).ConfigureAwait(false)
                : await LookAtFolderAsync(asset, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactRefusedException refusal)
        {
            // Nothing, a link that leads nowhere, or something of another kind in the asset's place. Such a thing inside a folder says nothing about the folder.
            var isAbsent =
                refusal.Fault is ArtifactFault.NotFound or ArtifactFault.NotARegularFile or ArtifactFault.LinkBroken
                && Path.GetFullPath(refusal.Path) == asset.Path;
            return new AssetSight(null, 0, isAbsent, refusal.Message);
        }
        catch (Exception fault) when (fault is HallmarkException or IOException or UnauthorizedAccessException)
        {
            return new AssetSight(null, 0, IsAbsent: false, fault.Message);
        }
    }

    private static async Task<AssetSight> LookAtFileAsync(string path, CancellationToken cancellationToken)
    {
        var digest = await new FileHasher(HashingOptions.Default).HashAsync(path, progress: null, cancellationToken).ConfigureAwait(false);
        return new AssetSight(digest.Digest.Hex, digest.Size, IsAbsent: false, Remark: null);
    }

    private static async Task<AssetSight> LookAtFolderAsync(WatchedAsset asset, CancellationToken cancellationToken)
    {
        var options = asset.Kind is AssetKind.MlflowModel ? HashingOptions.ForMlflow : HashingOptions.Default;
        var digests = await new FolderHasher(options).HashAsync(asset.Path, progress: null, cancellationToken).ConfigureAwait(false);
        if (digests.Files.IsEmpty)
        {
            return new AssetSight(null, 0, IsAbsent: true, $"\"{asset.Path}\" is no folder with files in it");
        }

        var checksums = new JsonObject(digests.Files.Select(file => KeyValuePair.Create<string, JsonNode?>(file.Path, file.Digest.Hex)));
        return new AssetSight(CanonicalJson.Sha256Hex(checksums), digests.TotalSize, IsAbsent: false, Remark: null);
    }
}
