using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Verification;

/// <summary>One of the original's four checks, with its result as the original spells it (mlflow-events.md §11).</summary>
/// <param name="Ok">True, false, or null for "not applicable or not performed".</param>
/// <param name="Reason">Why, as listed in §11; null where there is none.</param>
public sealed record ArioCheck(bool? Ok, string? Reason = null)
{
    /// <summary>The further members of the result.</summary>
    public JsonObject Details { get; init; } = [];

    /// <summary>The result as an object: <c>ok</c>, <c>reason</c> where there is one, and the details.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["ok"] = Ok };
        if (Reason is not null)
        {
            json["reason"] = Reason;
        }

        foreach (var (name, value) in Details)
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }
}
