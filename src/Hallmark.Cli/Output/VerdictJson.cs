using System.Text.Json.Nodes;
using Hallmark.Core.Checks;

namespace Hallmark.Cli.Output;

/// <summary>A verdict as JSON: the same facts as the panel, with nothing shortened.</summary>
internal static class VerdictJson
{
    /// <summary>The verdict as an object.</summary>
    public static JsonObject Of(Verdict verdict) => new()
    {
        ["schema"] = "hallmark.verdict/v1",
        ["subject"] = verdict.Subject,
        ["status"] = verdict.Status switch { VerdictStatus.Verified => "verified", VerdictStatus.Failed => "failed", _ => "incomplete" },
        ["exit_code"] = verdict.ExitCode,
        ["checks"] = new JsonArray([.. verdict.Checks.Select(check => (JsonNode)Of(check))]),
        ["witnesses"] = new JsonArray(),
        ["notes"] = new JsonArray([.. verdict.Notes.Select(note => (JsonNode)note)]),
    };

    /// <summary>A check as an object.</summary>
    public static JsonObject Of(Check check)
    {
        var json = new JsonObject
        {
            ["name"] = check.Name,
            ["outcome"] = check.Outcome switch { CheckOutcome.Passed => "passed", CheckOutcome.Failed => "failed", _ => "not_run" },
            ["required"] = check.IsRequired,
        };
        if (check.Reason is not null)
        {
            json["reason"] = check.Reason;
        }

        if (check.Detail is not null)
        {
            json["detail"] = check.Detail;
        }

        if (check.IsOutOfReach)
        {
            json["out_of_reach"] = true;
        }

        if (check.Differences.Length > 0)
        {
            json["differences"] = new JsonArray([.. check.Differences.Select(difference => (JsonNode)new JsonObject
            {
                ["what"] = difference.What,
                ["anchored"] = difference.Anchored,
                ["found"] = difference.Found,
                ["note"] = difference.Note,
            })]);
        }

        return json;
    }
}
