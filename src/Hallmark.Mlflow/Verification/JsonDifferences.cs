using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;

namespace Hallmark.Mlflow.Verification;

/// <summary>Names what differs between two JSON values, member by member.</summary>
internal static class JsonDifferences
{
    private const int MaxCount = 1000;
    private const int MaxTextLength = 200;
    private const int Lead = 40;

    /// <summary>The differences, at most a thousand, in the order of their names.</summary>
    /// <param name="prefix">What the values are called: <c>params</c>; empty for members of the top level.</param>
    /// <param name="anchored">The recorded value.</param>
    /// <param name="found">The value now.</param>
    public static IReadOnlyList<Difference> Between(string prefix, JsonNode? anchored, JsonNode? found)
    {
        var differences = new List<Difference>();
        Collect(differences, prefix, anchored, found, anchored is not null, found is not null);
        return differences;
    }

    /// <summary>A value as a person reads it, cut where it is long.</summary>
    public static string Show(JsonNode? value) => Cut(TextOf(value), 0);

    // Two long texts that begin alike are shown from shortly before the place where they part: cut at the same length they would look the same.
    private static (string Anchored, string Found) ShowBoth(JsonNode? anchored, JsonNode? found)
    {
        var (left, right) = (TextOf(anchored), TextOf(found));
        var parting = left.AsSpan().CommonPrefixLength(right);
        var start = parting < MaxTextLength - Lead ? 0 : parting - Lead;
        return (Cut(left, start), Cut(right, start));
    }

    private static string TextOf(JsonNode? value) =>
        value is JsonValue scalar && scalar.GetValueKind() is JsonValueKind.String
            ? scalar.GetValue<string>()
            : value?.ToJsonString() ?? "null";

    private static string Cut(string text, int start)
    {
        // Never through the middle of a character of two units.
        if (start > 0 && start < text.Length && char.IsLowSurrogate(text[start]))
        {
            start--;
        }

        var end = Math.Min(text.Length, start + MaxTextLength);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        return (start > 0 ? "…" : "") + text[start..end] + (end < text.Length ? "…" : "");
    }

    private static void Collect(List<Difference> differences, string name, JsonNode? anchored, JsonNode? found, bool wasThere, bool isThere)
    {
        if (differences.Count >= MaxCount)
        {
            return;
        }

        if (anchored is JsonObject before && found is JsonObject now)
        {
            foreach (
                var key in before
                    .Select(member => member.Key)
                    .Union(now.Select(member => member.Key), StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
            )
            {
                Collect(differences, Join(name, key), before[key], now[key], before.ContainsKey(key), now.ContainsKey(key));
            }
        }
        else if (anchored is JsonArray past && found is JsonArray present)
        {
            for (var index = 0; index < Math.Max(past.Count, present.Count); index++)
            {
                Collect(
                    differences,
                    $"{name}[{index}]",
                    index < past.Count ? past[index] : null,
                    index < present.Count ? present[index] : null,
                    index < past.Count,
                    index < present.Count
                );
            }
        }
        else if (wasThere && isThere)
        {
            if (!SameScalar(anchored, found))
            {
                var (then, today) = ShowBoth(anchored, found);
                differences.Add(new Difference(name, then, today));
            }
        }
        else if (wasThere || isThere)
        {
            differences.Add(new Difference(name, wasThere ? Show(anchored) : null, isThere ? Show(found) : null));
        }
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : prefix + "." + name;

    // 1 and 1.0 are the same number here, as they are for the hash.
    private static bool SameScalar(JsonNode? left, JsonNode? right) =>
        left is JsonValue a && right is JsonValue b && a.GetValueKind() is JsonValueKind.Number && b.GetValueKind() is JsonValueKind.Number
            ? Number(a) == Number(b)
            : JsonNode.DeepEquals(left, right);

    private static double Number(JsonValue value) => double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
