using System.Text.Json;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Verification;

/// <summary>Tells the formats of bundles apart.</summary>
public static class BundleKinds
{
    /// <summary>Which format a bundle says it has; whether it holds is for that format's verifier.</summary>
    /// <exception cref="BadInputException">It is not JSON.</exception>
    public static BundleKind Detect(ReadOnlySpan<byte> bundleUtf8)
    {
        try
        {
            var reader = new Utf8JsonReader(bundleUtf8, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth + 2 });
            using var document = JsonDocument.ParseValue(ref reader);
            return Text(document.RootElement, "spec_version") == EvidenceFormat.InclusionBundle ? BundleKind.Inclusion
                : Text(document.RootElement, "body_type") == BundleBody.BodyType ? BundleKind.Hallmark
                : BundleKind.Wrapper;
        }
        catch (JsonException)
        {
            // Too deep, or no JSON: the family's verifiers have their own words for it.
            return BundleKind.Wrapper;
        }
    }

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind is JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String
            ? member.GetString()
            : null;
}
