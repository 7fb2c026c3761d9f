using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>
/// The JSON that a model server answers: strict, but where a number is none it stands as Python writes it. There is one reading of it for every runner, so that an answer has one
/// hash, whoever brought it.
/// </summary>
internal static class AnswerJson
{
    /// <summary>Reads the body of an answer.</summary>
    /// <param name="body">The body, whole.</param>
    /// <param name="node">The value, in which NaN and the infinities are doubles; null on a false result.</param>
    /// <param name="refusal">Why it was refused; null on a true result.</param>
    /// <returns>False where the body is no JSON in this sense.</returns>
    public static bool TryParse(ReadOnlySpan<byte> body, out JsonNode? node, [NotNullWhen(false)] out JsonRejectedException? refusal)
    {
        if (
            StrictJson.TryParse(body, out node, out refusal)
            || (IsNotFinite(body, refusal.Offset) && PythonNumbers.TryParse(body, out node))
        )
        {
            refusal = null;
            return true;
        }

        return false;
    }

    private static bool IsNotFinite(ReadOnlySpan<byte> body, long offset)
    {
        if (offset < 0 || offset >= body.Length)
        {
            return false;
        }

        var rest = body[(int)offset..];
        return rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8);
    }
}
