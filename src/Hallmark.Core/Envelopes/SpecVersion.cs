using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>The profiles of the envelope family that are accepted, and how a <c>spec_version</c> names one (envelope family §4.2).</summary>
public static class SpecVersion
{
    /// <summary>Events of an agent: inline binding, promoted disclosure.</summary>
    public const string Agent = "ario.agent/v1";

    /// <summary>Events of an MLflow store: external binding, promoted disclosure.</summary>
    public const string Mlflow = "ario.mlflow/v1";

    /// <summary>Batched events: external binding, minimal disclosure.</summary>
    public const string Events = "ario.events/v1";

    /// <summary>Our own profile, for what <see cref="Mlflow"/> does not know: the same rules, but no member is left unsigned.</summary>
    public const string Hallmark = "hallmark/v1";

    private static readonly string[] Majors = [Agent, Mlflow, Events, Hallmark];

    /// <summary>The accepted majors. A new profile is one more entry here.</summary>
    public static IReadOnlyList<string> Accepted => Majors;

    /// <summary>Whether a value is an accepted major, or one followed by <c>.</c> and ASCII digits.</summary>
    public static bool IsSupported(string? value) => FindMajor(value) is not null;

    /// <summary>The accepted major that a value belongs to, or null: anything unknown, malformed or of different case fails closed.</summary>
    public static string? FindMajor(string? value)
    {
        if (value is not null)
        {
            foreach (var major in Majors)
            {
                if (
                    value.StartsWith(major, StringComparison.Ordinal)
                    && (value.Length == major.Length || IsMinor(value.AsSpan(major.Length)))
                )
                {
                    return major;
                }
            }
        }

        return null;
    }

    /// <summary>What an envelope's <c>spec_version</c> says: absent and null are legacy.</summary>
    public static SpecVersionStatus StatusOf(JsonObject envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return envelope["spec_version"] switch
        {
            null => SpecVersionStatus.Legacy,
            JsonValue value when value.GetValueKind() == JsonValueKind.String && IsSupported(MemberText.Find(value)) =>
                SpecVersionStatus.Supported,
            _ => SpecVersionStatus.Unsupported,
        };
    }

    private static bool IsMinor(ReadOnlySpan<char> rest) =>
        rest.Length > 1 && rest[0] == '.' && !rest[1..].ContainsAnyExceptInRange('0', '9');
}
