using System.Text.Json.Nodes;
using Hallmark.Core.Checks;

namespace Hallmark.Mlflow.Verification;

/// <summary>A verdict as JSON: what <c>--json</c> and the audit bundle show.</summary>
public static class VerdictJson
{
    /// <summary>Writes a verdict.</summary>
    public static JsonObject Write(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return new JsonObject
        {
            ["subject"] = verdict.Subject,
            ["status"] = verdict.Status.ToString().ToLowerInvariant(),
            ["checks"] = new JsonArray([.. verdict.Checks.Select(check => (JsonNode)Write(check))]),
            ["witnesses"] = new JsonArray([.. verdict.Witnesses.Select(witness => (JsonNode)WitnessJson.Write(witness))]),
            ["notes"] = new JsonArray([.. verdict.Notes.Select(note => (JsonNode)JsonValue.Create(note))]),
        };
    }

    /// <summary>One check.</summary>
    public static JsonObject Write(Check check)
    {
        ArgumentNullException.ThrowIfNull(check);
        var json = new JsonObject
        {
            ["name"] = check.Name,
            ["outcome"] = check.Outcome switch
            {
                CheckOutcome.Passed => "passed",
                CheckOutcome.Failed => "failed",
                _ => "not_run",
            },
            ["required"] = check.IsRequired,
            ["reason"] = check.Reason,
            ["detail"] = check.Detail,
        };
        if (check.IsOutOfReach)
        {
            json["out_of_reach"] = true;
        }

        if (!check.Differences.IsEmpty)
        {
            json["differences"] = new JsonArray([
                .. check.Differences.Select(difference =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["what"] = difference.What,
                            ["anchored"] = difference.Anchored,
                            ["found"] = difference.Found,
                            ["note"] = difference.Note,
                        }
                ),
            ]);
        }

        return json;
    }
}
