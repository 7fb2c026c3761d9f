using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Keys.Trust;

namespace Hallmark.Home.Settings;

/// <summary>Reads <c>hallmark.json</c> strictly and as a whole: unknown members, wrong types and duplicates are faults, and every fault is reported.</summary>
public sealed class SettingsReader
{
    private const int MaxSizeInBytes = 1 << 20;
    private static readonly string[] Members = ["tracking_uri", "relocate", "signing_key", "origin", "trusted_keys", "anchors"];
    private static readonly string[] SecretMembers = ["seed", "private_key", "privateKey", "secret", "password", "token", "signing_seed"];
    private readonly List<string> _faults = [];

    private SettingsReader() { }

    /// <summary>Reads the settings of a home; an absent file is the empty settings.</summary>
    /// <exception cref="SettingsException">The file has faults.</exception>
    public static HallmarkSettings Read(HomeFolder home)
    {
        var file = new FileInfo(home.SettingsFile);
        if (!file.Exists)
        {
            return new HallmarkSettings();
        }

        if (file.Length > MaxSizeInBytes)
        {
            throw new SettingsException(home.SettingsFile, [$"larger than {MaxSizeInBytes} bytes"]);
        }

        return Parse(File.ReadAllBytes(home.SettingsFile), home.SettingsFile);
    }

    /// <summary>Reads settings from their bytes.</summary>
    /// <param name="utf8">The file's content.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="SettingsException">The file has faults.</exception>
    public static HallmarkSettings Parse(ReadOnlySpan<byte> utf8, string file)
    {
        JsonNode? root;
        try
        {
            root = StrictJson.Parse(utf8);
        }
        catch (JsonRejectedException refusal)
        {
            throw new SettingsException(file, [$"not JSON: {refusal.Message}"]);
        }

        if (root is not JsonObject members)
        {
            throw new SettingsException(file, ["not a JSON object"]);
        }

        var reader = new SettingsReader();
        var settings = reader.Read(members);
        return reader._faults.Count == 0 ? settings : throw new SettingsException(file, reader._faults);
    }

    private HallmarkSettings Read(JsonObject members)
    {
        RefuseUnknown(members, "", Members);
        var relocations = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, i) in List(members, "relocate").Select((item, i) => (item, i)))
        {
            if (Text(item, $"relocate[{i}]") is not { } relocation)
            {
                continue;
            }

            if (relocation.IndexOf('=', StringComparison.Ordinal) is <= 0 || relocation.EndsWith('='))
            {
                _faults.Add($"relocate[{i}]: must be OLD=NEW, for example /srv/mlflow=/mnt/restored");
            }

            relocations.Add(relocation);
        }

        return new HallmarkSettings
        {
            TrackingUri = OptionalText(members, "tracking_uri"),
            Relocations = relocations.ToImmutable(),
            SigningKey = OptionalText(members, "signing_key"),
            Origin = OptionalText(members, "origin"),
            TrustedKeys = ReadTrustedKeys(members),
            Anchors = ReadAnchors(members),
        };
    }

    private TrustedKeys ReadTrustedKeys(JsonObject members)
    {
        if (!members.ContainsKey("trusted_keys"))
        {
            return TrustedKeys.None;
        }

        using var list = JsonDocument.Parse(members["trusted_keys"]?.ToJsonString() ?? "null");
        var keys = TrustedKeys.Parse(list.RootElement, out var faults);
        _faults.AddRange(faults);
        return keys;
    }

    private ImmutableArray<AnchorSettings> ReadAnchors(JsonObject members)
    {
        var anchors = ImmutableArray.CreateBuilder<AnchorSettings>();
        foreach (var (item, i) in List(members, "anchors").Select((item, i) => (item, i)))
        {
            if (item is not JsonObject anchor)
            {
                _faults.Add($"anchors[{i}]: must be an object");
                continue;
            }

            RefuseUnknown(anchor, $"anchors[{i}].", ["name", "type", "folder"]);
            var name = RequiredText(anchor, "name", $"anchors[{i}].");
            var type = RequiredText(anchor, "type", $"anchors[{i}].");
            if (name is not null && (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            {
                _faults.Add($"anchors[{i}].name: 1 to 64 letters, digits, '-' or '_'");
            }

            if (type is not null and not "checkpoint-file")
            {
                _faults.Add($"anchors[{i}].type: \"{type}\" is not an anchor of this version; it knows checkpoint-file");
                continue;
            }

            var folder = RequiredText(anchor, "folder", $"anchors[{i}].");
            if (anchors.Any(other => other.Name == name))
            {
                _faults.Add($"anchors[{i}].name: \"{name}\" is taken by another anchor");
            }

            anchors.Add(new AnchorSettings(name ?? "", type ?? "", folder ?? ""));
        }

        return anchors.ToImmutable();
    }

    private void RefuseUnknown(JsonObject members, string place, string[] known)
    {
        foreach (var (name, _) in members)
        {
            if (SecretMembers.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                _faults.Add(
                    $"{place}{name}: secrets do not belong into the settings; keep the key in keys/ (hallmark key new) or in ARIO_MLFLOW_SIGNING_KEY"
                );
            }
            else if (!known.Contains(name))
            {
                _faults.Add($"{place}{name}: not a setting; known here: {string.Join(", ", known)}");
            }
        }
    }

    private JsonArray List(JsonObject members, string name)
    {
        switch (members[name])
        {
            case JsonArray array:
                return array;
            case null when !members.ContainsKey(name):
                return [];
            default:
                _faults.Add($"{name}: must be a list");
                return [];
        }
    }

    private string? OptionalText(JsonObject members, string name) => members.ContainsKey(name) ? Text(members[name], name) : null;

    private string? RequiredText(JsonObject members, string name, string place)
    {
        if (!members.ContainsKey(name))
        {
            _faults.Add($"{place}{name}: missing");
            return null;
        }

        return Text(members[name], place + name);
    }

    private string? Text(JsonNode? node, string place)
    {
        if (node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0)
        {
            return text;
        }

        _faults.Add($"{place}: must be a text that is not empty");
        return null;
    }
}
