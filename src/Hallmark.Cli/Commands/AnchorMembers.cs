using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Commands;

/// <summary>An anchor's settings as they are typed, <c>member=value</c>. Says nothing about what they mean: the settings' reader does.</summary>
internal static class AnchorMembers
{
    // Lists, so that one value is one too.
    private static readonly string[] Lists = ["gateways", "bundlers", "operators", "calendars", "roots", "earlier_wallets"];

    /// <summary>Puts them together as they will stand in the file.</summary>
    /// <exception cref="BadInputException">One has no <c>=</c>, or contradicts another.</exception>
    public static JsonObject Read(string name, string type, IEnumerable<string> settings)
    {
        var anchor = new JsonObject { ["name"] = name, ["type"] = type };
        foreach (var setting in settings)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == setting.Length - 1)
            {
                // Not repeated: it may be a secret.
                throw new BadInputException("a setting is not MEMBER=VALUE", "for example folder=/mnt/vault");
            }

            Put(anchor, setting[..at].Split('.'), setting[(at + 1)..]);
        }

        return anchor;
    }

    private static void Put(JsonObject anchor, string[] path, string value)
    {
        var place = anchor;
        foreach (var part in path[..^1])
        {
            if (place[part] is null)
            {
                place[part] = new JsonObject();
            }

            place = place[part] as JsonObject ?? throw Twice(path);
        }

        var member = path[^1];
        switch (place[member])
        {
            case null:
                place[member] = Lists.Contains(member) ? new JsonArray(ValueOf(value)) : ValueOf(value);
                break;
            case JsonArray list:
                list.Add(ValueOf(value));
                break;
            default:
                throw Twice(path);
        }
    }

    private static JsonValue ValueOf(string value) =>
        value is "true" or "false" ? JsonValue.Create(value == "true")
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : JsonValue.Create(value);

    private static BadInputException Twice(string[] path) => new($"{string.Join('.', path)} is given twice", "give each setting once");
}
