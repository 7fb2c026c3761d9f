using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>Lists of <c>{key, value}</c>; an empty one is left out, as MLflow does.</summary>
internal static class FixturePairs
{
    public static JsonObject Add(JsonObject target, string name, List<FixtureRow> rows)
    {
        if (rows.Count > 0)
        {
            target[name] = new JsonArray([
                .. rows.Select(static row => new JsonObject { ["key"] = row.Text("key"), ["value"] = row.Text("value") }),
            ]);
        }

        return target;
    }
}
