using System.Text.Json.Nodes;

namespace Hallmark.Inference.Agent;

/// <summary>The members of one object of the policy. What is asked for is known; <see cref="RefuseUnknown"/> refuses the rest. What is faulty reads as absent.</summary>
/// <param name="json">The object.</param>
/// <param name="place">Where it stands: empty for the root, else its place and a dot.</param>
/// <param name="faults">Where faults go.</param>
internal sealed class PolicyMembers(JsonObject json, string place, List<string> faults)
{
    private readonly List<string> _known = [];

    /// <summary>Notes a fault of a member.</summary>
    public void Fault(string name, string what) => faults.Add($"{place}{name}: {what}");

    /// <summary>A text of 1 to <paramref name="longest"/> characters without control characters; null with a fault where it is none, null where it may be absent.</summary>
    public string? Text(string name, int longest, bool isRequired)
    {
        _known.Add(name);
        if (!json.TryGetPropertyValue(name, out var node))
        {
            if (isRequired)
            {
                Fault(name, "missing");
            }

            return null;
        }

        if (
            node is JsonValue value
            && value.TryGetValue<string>(out var text)
            && text.Length >= 1
            && text.Length <= longest
            && !text.Any(char.IsControl)
        )
        {
            return text;
        }

        Fault(name, $"must be a text of 1 to {longest} characters without control characters");
        return null;
    }

    /// <summary>A whole number within bounds, or null.</summary>
    public int? Number(string name, int min, int max, bool isRequired)
    {
        _known.Add(name);
        if (!json.TryGetPropertyValue(name, out var node))
        {
            if (isRequired)
            {
                Fault(name, "missing");
            }

            return null;
        }

        if (node is JsonValue value && value.TryGetValue<int>(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Fault(name, $"must be a whole number from {min} to {max}");
        return null;
    }

    /// <summary>The items of a list that must be there; none, with a fault, where it is no list.</summary>
    public JsonArray List(string name)
    {
        _known.Add(name);
        if (json.TryGetPropertyValue(name, out var node) && node is JsonArray array)
        {
            return array;
        }

        Fault(name, json.ContainsKey(name) ? "must be a list" : "missing");
        return [];
    }

    /// <summary>Refuses every member that nobody asked for: a misspelt one must not go unseen.</summary>
    public void RefuseUnknown()
    {
        foreach (var (name, _) in json)
        {
            if (!_known.Contains(name))
            {
                Fault(name, $"not a member of a policy; known here: {string.Join(", ", _known)}");
            }
        }
    }
}
