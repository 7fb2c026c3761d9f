using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Envelopes;

/// <summary>The part of an envelope that its signature covers (envelope family §4.3).</summary>
public static class SignedScope
{
    /// <summary>The signed bytes: the canonical envelope without what lies outside the scope. Nothing is ever added.</summary>
    /// <exception cref="JsonRejectedException">The envelope has no canonical form.</exception>
    public static byte[] BytesOf(JsonObject envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        using var writer = new CanonicalJsonWriter();
        var stripsAnnotations = StripsAnnotations(envelope);
        writer.StartObject();
        foreach (var (name, value) in envelope)
        {
            if (!IsOutside(name, stripsAnnotations))
            {
                writer.Name(name).Node(value);
            }
        }

        return writer.EndObject().ToArray();
    }

    /// <summary>Whether the profile leaves top-level members that start with <c>_</c> unsigned: <c>ario.mlflow/v1</c> and legacy do.</summary>
    internal static bool StripsAnnotations(JsonObject envelope) =>
        envelope["spec_version"] is not { } specVersion || SpecVersion.FindMajor(MemberText.Find(specVersion)) == SpecVersion.Mlflow;

    /// <summary>Whether a top-level member lies outside the signed scope.</summary>
    internal static bool IsOutside(string name, bool stripsAnnotations) =>
        name is "signature" or "co_signatures" || (stripsAnnotations && name.StartsWith('_'));
}
