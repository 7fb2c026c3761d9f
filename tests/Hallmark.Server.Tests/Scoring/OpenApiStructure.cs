using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>The rules of OpenAPI 3.1 on documents, as far as ours has such parts: which members an object must and may have (§4.8), and that parameters and paths fit.</summary>
internal static partial class OpenApiStructure
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    private static readonly string[] Components =
    [
        "schemas",
        "responses",
        "parameters",
        "headers",
        "examples",
        "requestBodies",
        "securitySchemes",
    ];

    /// <summary>What breaks the rules, each with its place; nothing where all is well.</summary>
    public static IReadOnlyList<string> FindFaults(JsonNode document)
    {
        var faults = new List<string>();
        var root = Members(
            document,
            "#",
            faults,
            ["openapi", "info"],
            ["servers", "paths", "components", "tags", "security", "externalDocs"]
        );
        if (root?["openapi"]?.GetValue<string>() is not { } version || !VersionForm().IsMatch(version))
        {
            faults.Add("#/openapi is no 3.1.x");
        }

        Members(root?["info"], "#/info", faults, ["title", "version"], ["description", "license", "summary", "contact"]);
        foreach (var (name, _) in root?["components"] as JsonObject ?? [])
        {
            Expect(Components.Contains(name), $"#/components/{name} is unknown", faults);
        }

        foreach (var (path, item) in root?["paths"] as JsonObject ?? [])
        {
            Expect(path.StartsWith('/'), $"path {path} does not begin with /", faults);
            foreach (var (method, operation) in item as JsonObject ?? [])
            {
                Expect(Methods.Contains(method), $"{path} has {method}", faults);
                Operation(document, path, operation, $"{method} {path}", faults);
            }
        }

        return faults;
    }

    private static void Operation(JsonNode document, string path, JsonNode? operation, string at, List<string> faults)
    {
        var members = Members(
            operation,
            at,
            faults,
            ["responses"],
            ["summary", "description", "operationId", "tags", "security", "parameters", "requestBody"]
        );
        var declared = new List<string>();
        foreach (var parameter in members?["parameters"]?.AsArray() ?? [])
        {
            var found = Resolve(document, parameter);
            var part = Members(found, at + " parameter", faults, ["name", "in", "schema"], ["required", "description", "example"]);
            var place = part?["in"]?.GetValue<string>();
            Expect(place is "path" or "query" or "header" or "cookie", $"{at}: parameter in {place}", faults);
            if (place is "path")
            {
                declared.Add(part!["name"]!.GetValue<string>());
                Expect(part["required"]?.GetValue<bool>() is true, $"{at}: a path parameter is required", faults);
            }
        }

        var inPath = PathParameter().Matches(path).Select(match => match.Groups["name"].Value);
        Expect(inPath.Order().SequenceEqual(declared.Order()), $"{at}: path and parameters differ", faults);
        if (members?["requestBody"] is { } body)
        {
            Members(Resolve(document, body), at + " requestBody", faults, ["content"], ["required", "description"]);
        }

        foreach (var (name, requirement) in (members?["security"]?.AsArray() ?? []).SelectMany(one => one!.AsObject()))
        {
            Expect(document["components"]?["securitySchemes"]?[name] is not null, $"{at}: no scheme {name}", faults);
            Expect(requirement is JsonArray, $"{at}: {name} has no list of scopes", faults);
        }

        var responses = members?["responses"] as JsonObject ?? [];
        Expect(responses.Count > 0, $"{at} has no response", faults);
        foreach (var (status, response) in responses)
        {
            Expect(StatusForm().IsMatch(status), $"{at}: status {status}", faults);
            var parts = Members(Resolve(document, response), $"{at} {status}", faults, ["description"], ["headers", "content"]);
            foreach (var (name, header) in parts?["headers"] as JsonObject ?? [])
            {
                Members(Resolve(document, header), $"{at} {status} {name}", faults, ["schema"], ["description", "required", "example"]);
            }
        }
    }

    private static JsonNode? Resolve(JsonNode document, JsonNode? node) =>
        node?["$ref"]?.GetValue<string>() is { } reference
            ? reference[2..].Split('/').Aggregate((JsonNode?)document, (at, step) => at?[step])
            : node;

    private static JsonObject? Members(JsonNode? node, string at, List<string> faults, string[] must, string[] may)
    {
        if (node is not JsonObject members)
        {
            faults.Add($"{at} is no object");
            return null;
        }

        faults.AddRange(must.Where(name => !members.ContainsKey(name)).Select(name => $"{at} has no {name}"));
        faults.AddRange(
            members
                .Select(member => member.Key)
                .Where(name => !must.Contains(name) && !may.Contains(name) && !name.StartsWith("x-", StringComparison.Ordinal))
                .Select(name => $"{at} has the unknown member {name}")
        );
        return members;
    }

    private static void Expect(bool holds, string fault, List<string> faults)
    {
        if (!holds)
        {
            faults.Add(fault);
        }
    }

    [GeneratedRegex("^3\\.1\\.[0-9]+$")]
    private static partial Regex VersionForm();

    [GeneratedRegex("^([1-5][0-9]{2}|[1-5]XX|default)$", RegexOptions.ExplicitCapture)]
    private static partial Regex StatusForm();

    [GeneratedRegex("\\{(?<name>[a-z]+)\\}", RegexOptions.ExplicitCapture)]
    private static partial Regex PathParameter();
}
