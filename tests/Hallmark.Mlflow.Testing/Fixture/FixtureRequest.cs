using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>A request as MLflow's handlers see it: arguments from the query (GET) or from the JSON body (everything else).</summary>
internal sealed class FixtureRequest(string method, string path, IReadOnlyDictionary<string, string> query, JsonObject body)
{
    public string Method { get; } = method;

    public string Path { get; } = path;

    public string Text(string name) =>
        FindText(name) is { Length: > 0 } text ? text : throw FixtureFailure.Invalid($"Missing value for required parameter '{name}'.");

    public string? FindText(string name)
    {
        if (Method == "GET")
        {
            return query.GetValueOrDefault(name);
        }

        var node = body[name];
        return node is null ? null
            : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>()
            : node.ToJsonString();
    }

    public string QueryText(string name) => query.GetValueOrDefault(name, "");

    public int? Number(string name) => FindText(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public bool IsTrue(string name) => FindText(name) is "true";

    public string? FirstOf(string name) =>
        Method == "GET" ? query.GetValueOrDefault(name)
        : body[name] is JsonArray { Count: > 0 } list ? list[0]!.GetValue<string>()
        : null;

    /// <summary>A list of texts in a body, as JSON.</summary>
    public string ListText(string name) => (body[name] as JsonArray ?? []).ToJsonString();

    /// <summary>The tags in a body.</summary>
    public IEnumerable<(string Key, string Value)> Tags =>
        (body["tags"] as JsonArray ?? []).Select(static tag => (tag!["key"]!.GetValue<string>(), (string?)tag["value"] ?? ""));

    /// <summary>Where a page begins, from MLflow's token: base64 of <c>{"offset": n}</c>.</summary>
    public int Offset =>
        FindText("page_token") is { Length: > 0 } token
            ? JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(token)))!["offset"]!.GetValue<int>()
            : 0;

    public static string Token(int offset) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{{\"offset\": {offset}}}"));

    /// <summary>Cuts a page out of a list; an empty list is left out, as MLflow does.</summary>
    public JsonObject Page<T>(string name, IReadOnlyList<T> all, int limit, Func<T, JsonNode> write)
    {
        var answer = new JsonObject();
        var items = all.Skip(Offset).Take(limit).Select(write).ToArray();
        if (items.Length > 0)
        {
            answer[name] = new JsonArray(items);
        }

        if (Offset + limit < all.Count)
        {
            answer["next_page_token"] = Token(Offset + limit);
        }

        return answer;
    }
}
