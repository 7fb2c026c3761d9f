using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Artifacts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Policies;
using Hallmark.Files;
using Hallmark.Home.Worlds;
using Hallmark.Keys.Trust;
using Hallmark.Ledger.Outbox;

namespace Hallmark.Home.Settings;

/// <summary>Reads <c>hallmark.json</c> strictly and as a whole: unknown members, wrong types, duplicates and secrets are faults, and every fault is reported.</summary>
public sealed class SettingsReader
{
    private const int MaxSizeInBytes = 1 << 20;
    private const int MaxAnchors = 64;
    private static readonly TimeSpan LongestEvery = TimeSpan.FromDays(30);
    private readonly List<string> _faults = [];

    private SettingsReader() { }

    /// <summary>Reads the settings of a home; an absent file is the empty settings.</summary>
    /// <exception cref="SettingsException">The file has faults, or is a link that leads nowhere.</exception>
    /// <exception cref="BadInputException">It is a folder, a pipe, a socket or a device.</exception>
    /// <exception cref="UnavailableException">It cannot be read.</exception>
    public static HallmarkSettings Read(HomeFolder home)
    {
        ArgumentNullException.ThrowIfNull(home);
        return ReadBytes(home) is { } bytes ? Parse(bytes, home.SettingsFile) : new HallmarkSettings();
    }

    /// <summary>Reads settings from their bytes.</summary>
    /// <param name="utf8">The file's content.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="SettingsException">The file has faults.</exception>
    public static HallmarkSettings Parse(ReadOnlySpan<byte> utf8, string file)
    {
        var members = ParseObject(utf8, file);
        var reader = new SettingsReader();
        var settings = reader.Read(members);
        return reader._faults.Count == 0 ? settings : throw new SettingsException(file, reader._faults);
    }

    internal static byte[]? ReadBytes(HomeFolder home)
    {
        // Settings that are there and cannot be read are not absent: without them anybody would be believed.
        var opened = TryOpen(home);
        if (opened is null)
        {
            if (!NewFile.IsTaken(home.SettingsFile))
            {
                return null;
            }

            // Made by somebody just now; or else nothing that can be opened.
            opened =
                TryOpen(home)
                ?? throw new SettingsException(
                    home.SettingsFile,
                    ["a symbolic link that leads nowhere; put back what it led to, or remove it"]
                );
        }

        using var file = opened;
        try
        {
            var bytes = new byte[MaxSizeInBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxSizeInBytes
                ? bytes[..length]
                : throw new SettingsException(home.SettingsFile, [$"larger than {MaxSizeInBytes} bytes"]);
        }
        catch (IOException fault)
        {
            throw new UnavailableException($"cannot read {home.SettingsFile}: {fault.Message}", fault, "see that its disk is sound");
        }
    }

    private static FileStream? TryOpen(HomeFolder home) => RegularFile.TryOpen(home.SettingsFile, bufferSize: 0);

    internal static JsonObject ParseObject(ReadOnlySpan<byte> utf8, string file)
    {
        try
        {
            return StrictJson.Parse(utf8) as JsonObject ?? throw new SettingsException(file, ["not a JSON object"]);
        }
        catch (JsonRejectedException refusal)
        {
            throw new SettingsException(file, [$"not JSON: {refusal.Message}"]);
        }
    }

    private HallmarkSettings Read(JsonObject root)
    {
        SecretScan.Scan(root, _faults);
        var members = new SettingsMembers(root, "", _faults);
        var settings = new HallmarkSettings
        {
            TrackingUri = members.Text("tracking_uri"),
            Relocations = ReadRelocations(members),
            SigningKey = members.Text("signing_key"),
            Origin = members.Text("origin"),
            TrustedKeys = ReadTrustedKeys(members),
            Anchors = ReadAnchors(members),
            WitnessPolicy = ReadPolicy(members),
            Outbox = ReadOutbox(members),
        };
        members.RefuseUnknown();
        return settings;
    }

    private ImmutableArray<string> ReadRelocations(SettingsMembers members)
    {
        var relocations = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, i) in members.List("relocate").Select((item, i) => (item, i)))
        {
            if (item is not JsonValue value || !value.TryGetValue<string>(out var relocation) || relocation.Length == 0)
            {
                _faults.Add($"relocate[{i}]: must be a text that is not empty");
                continue;
            }

            if (relocation.Contains('\0', StringComparison.Ordinal))
            {
                _faults.Add($"relocate[{i}]: holds a zero character");
            }

            if (relocation.IndexOf('=', StringComparison.Ordinal) is <= 0 || relocation.EndsWith('='))
            {
                _faults.Add($"relocate[{i}]: must be OLD=NEW, for example /srv/mlflow=/mnt/restored");
            }

            relocations.Add(relocation);
        }

        return relocations.ToImmutable();
    }

    private TrustedKeys ReadTrustedKeys(SettingsMembers members)
    {
        var node = members.Node("trusted_keys");
        if (!members.Has("trusted_keys"))
        {
            return TrustedKeys.None;
        }

        using var list = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        var keys = TrustedKeys.Parse(list.RootElement, out var faults);
        _faults.AddRange(faults);
        return keys;
    }

    private ImmutableArray<AnchorSettings> ReadAnchors(SettingsMembers members)
    {
        var anchors = ImmutableArray.CreateBuilder<AnchorSettings>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var list = members.List("anchors");
        if (list.Count > MaxAnchors)
        {
            members.Fault("anchors", $"at most {MaxAnchors}");
            return [];
        }

        foreach (var (item, i) in list.Select((item, i) => (item, i)))
        {
            if (item is not JsonObject anchor)
            {
                _faults.Add($"anchors[{i}]: must be an object");
                continue;
            }

            var own = new SettingsMembers(anchor, $"anchors[{i}].", _faults);
            if (ReadAnchor(own, names) is { } read)
            {
                anchors.Add(read);
            }
        }

        return anchors.ToImmutable();
    }

    private static AnchorSettings? ReadAnchor(SettingsMembers members, HashSet<string> names)
    {
        var name = members.RequiredText("name");
        var type = members.RequiredText("type");
        if (name is not null && (name.Length > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            members.Fault("name", "1 to 64 letters, digits, '-' or '_'");
        }
        else if (name is not null && !names.Add(name))
        {
            members.Fault("name", $"\"{name}\" is taken by another anchor");
        }

        if (type is null)
        {
            return null;
        }

        if (WorldList.Find(type) is not { } world)
        {
            members.Fault(
                "type",
                $"\"{type}\" is not an anchor of this version; it knows {string.Join(", ", WorldList.All.Select(known => known.Type))}"
            );
            return null;
        }

        var target =
            members.Word("anchors", AnchorReceiptJson.NameOf(AnchorTarget.Checkpoint), AnchorReceiptJson.NameOf(AnchorTarget.Envelope))
            == AnchorReceiptJson.NameOf(AnchorTarget.Envelope)
                ? AnchorTarget.Envelope
                : AnchorTarget.Checkpoint;
        if (target is AnchorTarget.Envelope && !world.TakesEnvelopes)
        {
            members.Fault("anchors", $"{type} takes checkpoints only");
        }

        var every = members.Duration("every", TimeSpan.FromSeconds(1), LongestEvery);
        if (every is not null && target is AnchorTarget.Envelope)
        {
            members.Fault("every", "is for checkpoints; every envelope is anchored by itself");
        }

        var settings = world.Read(name ?? "", members);
        members.RefuseUnknown();
        return settings is null ? null : settings with { Target = target, Every = every ?? TimeSpan.Zero };
    }

    private static WitnessPolicy? ReadPolicy(SettingsMembers members)
    {
        if (members.Text("witness_policy") is not { } text)
        {
            return null;
        }

        try
        {
            return WitnessPolicy.Parse(text);
        }
        catch (PolicyFormatException fault)
        {
            members.Fault("witness_policy", fault.Message);
            return null;
        }
    }

    private static OutboxOptions ReadOutbox(SettingsMembers members)
    {
        var usual = new OutboxOptions();
        if (members.Object("outbox") is not { } outbox)
        {
            return usual;
        }

        var second = TimeSpan.FromSeconds(1);
        var options = usual with
        {
            MaxAge = outbox.Duration("deadline", TimeSpan.FromMinutes(1), DurationText.Longest) ?? usual.MaxAge,
            FirstPause = outbox.Duration("first_pause", second, TimeSpan.FromHours(1)) ?? usual.FirstPause,
            LongestPause = outbox.Duration("longest_pause", second, TimeSpan.FromDays(1)) ?? usual.LongestPause,
            MaxAttempts = outbox.Number("max_attempts", 1, 1_000_000) ?? usual.MaxAttempts,
        };
        if (options.FirstPause > options.LongestPause)
        {
            outbox.Fault("first_pause", "is longer than longest_pause");
        }

        outbox.RefuseUnknown();
        return options;
    }
}
