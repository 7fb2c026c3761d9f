using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Agent;

/// <summary>Reads a policy file strictly and as a whole: unknown members, wrong types and duplicates are faults, and every fault is reported with its place.</summary>
public sealed partial class AgentPolicyReader
{
    /// <summary>Most assets of one policy.</summary>
    public const int MaxAssets = 4_096;

    /// <summary>The longest asset id, in characters.</summary>
    public const int MaxAssetIdLength = 256;

    private const int MaxSizeInBytes = 4 << 20;
    private const int LongestPath = 4_096;
    private const int Day = 86_400;
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly string _folder;

    private AgentPolicyReader(string folder) => _folder = folder;

    /// <summary>Reads a policy file.</summary>
    /// <exception cref="BadInputException">There is no such file, or it is too large.</exception>
    /// <exception cref="AgentPolicyException">The file has faults.</exception>
    public static AgentPolicy Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new BadInputException($"there is no policy file {path}", "docs/inference.md shows one; name it with --policy FILE");
        }

        return file.Length <= MaxSizeInBytes
            ? Parse(File.ReadAllBytes(file.FullName), file.FullName)
            : throw new AgentPolicyException(path, [$"larger than {MaxSizeInBytes} bytes"]);
    }

    /// <summary>Reads a policy from its bytes.</summary>
    /// <param name="utf8">The file's content.</param>
    /// <param name="file">Its absolute name: relative paths count from its folder.</param>
    /// <exception cref="AgentPolicyException">The file has faults.</exception>
    public static AgentPolicy Parse(ReadOnlySpan<byte> utf8, string file)
    {
        JsonObject root;
        try
        {
            root =
                StrictJson.Parse(utf8, maxSizeInBytes: MaxSizeInBytes) as JsonObject
                ?? throw new AgentPolicyException(file, ["not a JSON object"]);
        }
        catch (JsonRejectedException refusal)
        {
            throw new AgentPolicyException(file, [$"not JSON: {refusal.Message}"]);
        }

        var reader = new AgentPolicyReader(Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".");
        return reader.Read(root, file) is { } policy && reader._faults.Count == 0
            ? policy
            : throw new AgentPolicyException(file, reader._faults);
    }

    private AgentPolicy? Read(JsonObject root, string file)
    {
        var members = new PolicyMembers(root, "", _faults);
        var tenant = Name(members, "tenant_id");
        var agent = Name(members, "agent_id");
        var every = members.Number("checkpoint_every", 1, Day, isRequired: false) ?? 3_600;
        var list = members.List("assets");
        members.RefuseUnknown();
        if (list.Count > MaxAssets)
        {
            members.Fault("assets", $"at most {MaxAssets}");
            return null;
        }

        if (list.Count == 0 && root["assets"] is JsonArray)
        {
            members.Fault("assets", "names nothing to watch");
        }

        var assets = ImmutableArray.CreateBuilder<WatchedAsset>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject item)
            {
                _faults.Add($"assets[{i}]: must be an object");
            }
            else if (ReadAsset(new PolicyMembers(item, $"assets[{i}].", _faults), i) is { } asset)
            {
                assets.Add(asset);
            }
        }

        if (tenant is null || agent is null)
        {
            return null;
        }

        var content = CanonicalJson.Canonicalize(root);
        return new AgentPolicy(
            tenant,
            agent,
            assets.ToImmutable(),
            TimeSpan.FromSeconds(every),
            Convert.ToHexStringLower(SHA256.HashData(content)),
            Path.GetFullPath(file),
            content
        );
    }

    private WatchedAsset? ReadAsset(PolicyMembers members, int index)
    {
        var id = members.Text("asset_id", MaxAssetIdLength, isRequired: true);
        if (id is not null && !_ids.Add(id))
        {
            members.Fault("asset_id", $"\"{id}\" is taken by another asset");
        }

        AssetKind? kind = members.Text("type", 64, isRequired: true) switch
        {
            null => null,
            "file" => AssetKind.File,
            "folder" => AssetKind.Folder,
            "mlflow_model" => AssetKind.MlflowModel,
            var other => Unknown(other),
        };
        var path = ReadPlace(members);
        var interval = members.Number("interval", 1, Day, isRequired: true);
        var maxAge = members.Number("max_age", 1, 7 * Day, isRequired: false);
        if (maxAge < interval)
        {
            members.Fault("max_age", "is below the interval: every answer would be stale before the next look");
        }

        var missingAfter = members.Number("missing_after", 1, 1_000, isRequired: false) ?? 3;
        members.RefuseUnknown();
        return id is null || kind is null || path is null || interval is null
            ? null
            : new WatchedAsset(
                id,
                index,
                kind.Value,
                path,
                TimeSpan.FromSeconds(interval.Value),
                TimeSpan.FromSeconds(maxAge ?? (2 * interval.Value)),
                missingAfter
            );

        AssetKind? Unknown(string name)
        {
            members.Fault("type", $"\"{name}\" is none of file, folder, mlflow_model");
            return null;
        }
    }

    private string? ReadPlace(PolicyMembers members)
    {
        var path = members.Text("path", LongestPath, isRequired: false);
        var address = members.Text("uri", LongestPath, isRequired: false);
        if (path is not null && address is not null)
        {
            members.Fault("uri", "stands beside \"path\"; give one of them");
            return null;
        }

        if (path is not null)
        {
            return Path.GetFullPath(path, _folder);
        }

        if (address is null)
        {
            members.Fault("path", "missing");
            return null;
        }

        if (Uri.TryCreate(address, UriKind.Absolute, out var place) && place is { IsFile: true, IsUnc: false, Host.Length: 0 })
        {
            return Path.GetFullPath(place.LocalPath);
        }

        members.Fault("uri", "must be a file: URI of this machine, such as file:///srv/models/m");
        return null;
    }

    private static string? Name(PolicyMembers members, string member)
    {
        if (members.Text(member, 128, isRequired: true) is not { } name)
        {
            return null;
        }

        if (SubjectText.IsMatch(name))
        {
            return name;
        }

        // The family's recommended form of subject texts (envelope family §4.1).
        members.Fault(member, "must be of the letters A-Z, a-z, digits and _ . : -");
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.:-]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SubjectText { get; }
}
