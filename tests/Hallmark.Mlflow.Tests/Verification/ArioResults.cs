using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Compares a result with the original's. Texts after a colon in reasons, and details, belong to the store or parser and are not compared (testdata/ario/README.md).</summary>
internal static class ArioResults
{
    public static void AssertEqual(JsonNode? expected, JsonNode? actual) => Assert.Equal(Shown(expected), Shown(actual));

    private static string Shown(JsonNode? result)
    {
        var copy = result!.DeepClone().AsObject();
        foreach (var check in copy.Select(member => member.Value).OfType<JsonObject>())
        {
            if ((string?)check["reason"] is { } reason && reason.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                check["reason"] = reason[..colon];
            }

            check.Remove("detail");
            check.Remove("note");
        }

        return Sorted(copy)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static JsonNode? Sorted(JsonNode? node) =>
        node is JsonObject members
            ? new JsonObject(
                members
                    .OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))
            )
            : node?.DeepClone();
}
