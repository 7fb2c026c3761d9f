using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Keys.Trust;

/// <summary>Reads <c>trusted_keys</c> and collects every fault. A member it does not know is a fault: a mistyped <c>until</c> would trust for ever.</summary>
internal sealed class TrustedKeysReader
{
    private const int MaxKeys = 10_000;
    private const int MaxNameLength = 200;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm'Z'",
        "yyyy-MM-dd'T'HH:mmzzz",
        "yyyy-MM-dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm:sszzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    private static readonly string[] Needed = ["name", "public_key"];

    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    public ImmutableArray<TrustedKey> Read(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxKeys)
        {
            _faults.Add($"trusted_keys: must be a list of at most {MaxKeys} keys");
            return [];
        }

        var keys = ImmutableArray.CreateBuilder<TrustedKey>();
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var publicKeys = new Dictionary<Ed25519PublicKey, int>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"trusted_keys[{index}]";
            if (TryReadKey(item, place) is { } key)
            {
                if (!names.TryAdd(key.Name, index))
                {
                    _faults.Add($"{place}.name: \"{key.Name}\" is the name of trusted_keys[{names[key.Name]}] already");
                }

                if (!publicKeys.TryAdd(key.PublicKey, index))
                {
                    _faults.Add($"{place}.public_key: is the key of trusted_keys[{publicKeys[key.PublicKey]}] already");
                }

                keys.Add(key);
            }

            index++;
        }

        return keys.ToImmutable();
    }

    private TrustedKey? TryReadKey(JsonElement item, string place)
    {
        try
        {
            return ReadKey(item, place);
        }
        catch (InvalidOperationException)
        {
            _faults.Add($"{place}: holds an escape that stands for no character");
            return null;
        }
    }

    private TrustedKey? ReadKey(JsonElement item, string place)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            _faults.Add($"{place}: must be an object with name and public_key");
            return null;
        }

        var before = _faults.Count;
        string? name = null;
        Ed25519PublicKey? publicKey = null;
        DateTimeOffset? since = null;
        DateTimeOffset? until = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in item.EnumerateObject())
        {
            var memberPlace = $"{place}.{member.Name}";
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
            if (!seen.Add(member.Name == "retired_at" ? "until" : member.Name))
            {
                _faults.Add($"{memberPlace}: is given twice");
                continue;
            }

            switch (member.Name)
            {
                case "name":
                    name = ReadName(text, memberPlace);
                    break;
                case "public_key":
                    publicKey = ReadPublicKey(text, memberPlace);
                    break;
                case "since":
                    since = ReadTime(text, memberPlace);
                    break;
                case "until" or "retired_at":
                    until = ReadTime(text, memberPlace);
                    break;
                default:
                    _faults.Add($"{memberPlace}: is not known; there are name, public_key, since, until (or retired_at)");
                    break;
            }
        }

        foreach (var needed in Needed.Where(needed => !seen.Contains(needed)))
        {
            _faults.Add($"{place}.{needed}: is missing");
        }

        if (since >= until)
        {
            _faults.Add($"{place}.until: is not after since");
        }

        return _faults.Count == before ? new TrustedKey(name!, publicKey!.Value, since, until) : null; // both were read, or there is a fault
    }

    private string? ReadName(string? text, string place)
    {
        if (text is { Length: > 0 and <= MaxNameLength } && text.Trim().Length == text.Length && !text.Any(char.IsControl))
        {
            return text;
        }

        _faults.Add($"{place}: must be 1 to {MaxNameLength} characters without control characters or blanks at its ends");
        return null;
    }

    private Ed25519PublicKey? ReadPublicKey(string? text, string place)
    {
        if (!Ed25519PublicKey.TryParseHex(text, out var key))
        {
            _faults.Add($"{place}: must be 64 hex digits");
            return null;
        }

        if (!key.IsUsable)
        {
            _faults.Add($"{place}: is no usable Ed25519 key (no point of the curve, not its canonical form, or of small order)");
            return null;
        }

        return key;
    }

    private DateTimeOffset? ReadTime(string? text, string place)
    {
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        _faults.Add($"{place}: must be a time such as 2026-01-31 or 2026-01-31T09:00:00Z");
        return null;
    }
}
