using System.Globalization;
using System.Text.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Reads members of MLflow's JSON: zero values are left out, numbers may be texts, and a wrong type is refused.</summary>
internal static class JsonAnswer
{
    /// <summary>A member that is an object.</summary>
    public static JsonElement Child(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? child : throw Wrong(name, "an object");

    /// <summary>A member that is an object, or undefined where it is missing.</summary>
    public static JsonElement? FindChild(this JsonElement element, string name) =>
        element.Find(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Object } child => child,
            _ => throw Wrong(name, "an object"),
        };

    /// <summary>The objects of a list; none where it is missing.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement element, string name)
    {
        foreach (var item in element.Items(name))
        {
            yield return item.ValueKind == JsonValueKind.Object ? item : throw Wrong(name, "a list of objects");
        }
    }

    /// <summary>The items of a list; none where it is missing.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Find(name) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
            _ => throw Wrong(name, "a list"),
        };

    /// <summary>A text that must be there.</summary>
    public static string Text(this JsonElement element, string name) => element.FindText(name) ?? throw Wrong(name, "a text");

    /// <summary>A text, or null where it is missing.</summary>
    public static string? FindText(this JsonElement element, string name)
    {
        var found = element.Find(name);
        if (found is not { } value)
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Wrong(name, "a text"),
        };
    }

    /// <summary>A 64-bit integer, written as a number or a text; null where it is missing.</summary>
    public static long? FindInt64(this JsonElement element, string name) =>
        element.FindText(name) switch
        {
            null => null,
            var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw Wrong(name, "an integer of 64 bits"),
        };

    /// <summary>A double, written as a number or as <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>; 0 where it is missing.</summary>
    public static double Double(this JsonElement element, string name) =>
        element.FindText(name) switch
        {
            null => 0,
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text
                when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
                number,
            _ => throw Wrong(name, "a number"),
        };

    /// <summary>A member as JSON text, or null where it is missing or null.</summary>
    public static string? FindRaw(this JsonElement element, string name) => element.Find(name)?.GetRawText();

    public static bool Boolean(this JsonElement element, string name) =>
        element.Find(name) switch
        {
            null or { ValueKind: JsonValueKind.False } => false,
            { ValueKind: JsonValueKind.True } => true,
            _ => throw Wrong(name, "true or false"),
        };

    /// <summary>A list of <c>{key, value}</c>, or an object of texts; a missing value is the empty text.</summary>
    public static IReadOnlyDictionary<string, string> Pairs(this JsonElement element, string name)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element.Find(name) is { ValueKind: JsonValueKind.Object } map)
        {
            foreach (var member in map.EnumerateObject())
            {
                pairs[member.Name] =
                    member.Value.ValueKind == JsonValueKind.String
                        ? member.Value.GetString()! /* the kind is String */
                        : throw Wrong(name, "an object of texts");
            }

            return pairs;
        }

        foreach (var item in element.Objects(name))
        {
            if (!pairs.TryAdd(item.Text("key"), item.FindText("value") ?? ""))
            {
                throw new MlflowFormatException($"the MLflow server names the key '{item.Text("key")}' twice in '{name}'");
            }
        }

        return pairs;
    }

    public static MlflowFormatException Wrong(string name, string expected) =>
        new($"the MLflow server's answer makes no sense: '{name}' is not {expected}");

    private static JsonElement? Find(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
