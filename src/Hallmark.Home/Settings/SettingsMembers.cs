using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Hallmark.Home.Settings;

/// <summary>
/// The members of one object of the settings. Each question makes its member known; <see cref="RefuseUnknown"/> refuses the rest. Faults are collected with their
/// places; what is faulty reads as absent.
/// </summary>
/// <param name="json">The object.</param>
/// <param name="place">Where it stands: empty for the root, else its place and a dot.</param>
/// <param name="faults">Where faults go.</param>
internal sealed class SettingsMembers(JsonObject json, string place, List<string> faults)
{
    private readonly List<string> _known = [];

    /// <summary>True where the object has the member, whatever its value.</summary>
    public bool Has(string name) => json.ContainsKey(name);

    /// <summary>The names of all members, in their order, for objects whose names are the user's own.</summary>
    public IReadOnlyList<string> Names => [.. json.Select(member => member.Key)];

    /// <summary>Notes a fault of a member.</summary>
    public void Fault(string name, string what) => faults.Add($"{place}{name}: {what}");

    /// <summary>The member's value as it is; null where it is absent.</summary>
    public JsonNode? Node(string name)
    {
        _known.Add(name);
        return json[name];
    }

    /// <summary>A text that is not empty, or null.</summary>
    public string? Text(string name)
    {
        _known.Add(name);
        return Has(name) ? Text(json[name], name) : null;
    }

    /// <summary>A text that must be there; null with a fault where it is not.</summary>
    public string? RequiredText(string name)
    {
        if (!Has(name))
        {
            _known.Add(name);
            Fault(name, "missing");
            return null;
        }

        return Text(name);
    }

    /// <summary>A list of texts; empty where absent.</summary>
    public ImmutableArray<string> Texts(string name)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, i) in List(name).Select((item, i) => (item, i)))
        {
            if (Text(item, $"{name}[{i}]") is { } text)
            {
                texts.Add(text);
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>The items of a list; none where it is absent or no list.</summary>
    public JsonArray List(string name)
    {
        _known.Add(name);
        switch (json[name])
        {
            case JsonArray array:
                return array;
            case null when !Has(name):
                return [];
            default:
                Fault(name, "must be a list");
                return [];
        }
    }

    /// <summary>An object, or null.</summary>
    public SettingsMembers? Object(string name)
    {
        _known.Add(name);
        if (!Has(name))
        {
            return null;
        }

        if (json[name] is JsonObject inner)
        {
            return new SettingsMembers(inner, $"{place}{name}.", faults);
        }

        Fault(name, "must be an object");
        return null;
    }

    /// <summary>True or false; false where absent.</summary>
    public bool Switch(string name)
    {
        _known.Add(name);
        if (!Has(name))
        {
            return false;
        }

        if (json[name] is JsonValue value && value.TryGetValue<bool>(out var isOn))
        {
            return isOn;
        }

        Fault(name, "must be true or false");
        return false;
    }

    /// <summary>A whole number within bounds, or null.</summary>
    public int? Number(string name, int min, int max)
    {
        _known.Add(name);
        if (!Has(name))
        {
            return null;
        }

        if (json[name] is JsonValue value && value.TryGetValue<int>(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Fault(name, $"must be a whole number from {min} to {max}");
        return null;
    }

    /// <summary>A length of time within bounds, or null.</summary>
    public TimeSpan? Duration(string name, TimeSpan min, TimeSpan max)
    {
        _known.Add(name);
        if (!Has(name))
        {
            return null;
        }

        if (
            json[name] is JsonValue value
            && value.TryGetValue<string>(out var text)
            && DurationText.TryParse(text, out var duration)
            && duration >= min
            && duration <= max
        )
        {
            return duration;
        }

        Fault(name, $"must be a time from {DurationText.Write(min)} to {DurationText.Write(max)}, such as 90s, 10m, 2h or 14d");
        return null;
    }

    /// <summary>One of some words; the first where absent or faulty.</summary>
    public string Word(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text)
        {
            return words[0];
        }

        if (words.Contains(text))
        {
            return text;
        }

        Fault(name, $"must be {string.Join(" or ", words!)}");
        return words[0];
    }

    /// <summary>The address of a server, or null.</summary>
    public Uri? Address(string name, bool allowPlainHttp) => Text(name) is { } text ? Address(text, name, allowPlainHttp) : null;

    /// <summary>Addresses of servers; empty where absent.</summary>
    public ImmutableArray<Uri> Addresses(string name, bool allowPlainHttp)
    {
        var addresses = ImmutableArray.CreateBuilder<Uri>();
        foreach (var (item, i) in List(name).Select((item, i) => (item, i)))
        {
            if (Text(item, $"{name}[{i}]") is { } text && Address(text, $"{name}[{i}]", allowPlainHttp) is { } address)
            {
                addresses.Add(address);
            }
        }

        return addresses.ToImmutable();
    }

    /// <summary>Refuses every member that nobody asked for. What looks like a secret is refused by <see cref="SecretScan"/>, with better words.</summary>
    public void RefuseUnknown()
    {
        foreach (var (name, _) in json)
        {
            if (!_known.Contains(name) && !SecretScan.IsSecretName(name))
            {
                Fault(name, $"not a setting; known here: {string.Join(", ", _known.Distinct())}");
            }
        }
    }

    private string? Text(JsonNode? node, string name)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length == 0)
        {
            Fault(name, "must be a text that is not empty");
            return null;
        }

        // No path, address or name has one; the system would read a path only up to it.
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            Fault(name, "holds a zero character");
            return null;
        }

        return text;
    }

    private Uri? Address(string text, string name, bool allowPlainHttp)
    {
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            || address.Host.Length == 0
            || address.Fragment.Length > 0
        )
        {
            Fault(name, "must be an address such as https://example.org");
            return null;
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !allowPlainHttp)
        {
            Fault(
                name,
                "plain http to another machine: whoever sits on the wire could answer; use https, or say \"allow_plain_http\": true"
            );
            return null;
        }

        return address;
    }
}
