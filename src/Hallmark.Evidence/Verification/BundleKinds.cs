using System.Text.Json;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Verification;

/// <summary>Tells the formats of bundles apart.</summary>
public static class BundleKinds
{
    /// <summary>Which format a bundle says it has, or by its marks once had; whether it holds is for that format's verifier.</summary>
    public static BundleKind Detect(ReadOnlySpan<byte> bundleUtf8)
    {
        try
        {
            var reader = new Utf8JsonReader(bundleUtf8, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth + 2 });
            using var document = JsonDocument.ParseValue(ref reader);
            if (Text(document.RootElement, "spec_version") == EvidenceFormat.InclusionBundle)
            {
                return BundleKind.Inclusion;
            }

            if (Text(document.RootElement, "body_type") is { } bodyType)
            {
                return bodyType == BundleBody.BodyType ? BundleKind.Hallmark : BundleKind.Wrapper;
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Too deep, no JSON, or a lone surrogate: the marks say what it was, and the verifiers have their own words for it.
        }

        return EvidenceMarks.Recognise(bundleUtf8) is EvidenceFile.HallmarkBundle ? BundleKind.Hallmark : BundleKind.Wrapper;
    }

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind is JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String
            ? member.GetString()
            : null;
}
