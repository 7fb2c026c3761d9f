using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;

namespace Hallmark.Mlflow.Verification;

/// <summary>A witness as JSON, as verdicts list it; members that say nothing are null.</summary>
public static class WitnessJson
{
    /// <summary>Writes one witness.</summary>
    public static JsonObject Write(Witness witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        return new JsonObject
        {
            ["anchor"] = witness.Anchor,
            ["world"] = witness.World,
            ["network"] = witness.Network,
            ["target"] = AnchorReceiptJson.NameOf(witness.Target),
            ["state"] = AnchorReceiptJson.NameOf(witness.State),
            ["outside"] = witness.IsOutside,
            ["holds"] = witness.Holds,
            ["refuted"] = witness.IsRefuted,
            ["existed_before"] = Time(witness.ExistedBefore),
            ["by"] = witness.By,
            ["trust"] = witness.Trust,
            ["reference"] = witness.Reference,
            ["depth"] = witness.Depth,
            ["level"] = witness.Level,
            ["expected_at"] = Time(witness.ExpectedAt),
            ["remark"] = witness.Remark,
            ["checks"] = new JsonArray([.. witness.Checks.Select(check => (JsonNode)VerdictJson.Write(check))]),
        };
    }

    private static string? Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
