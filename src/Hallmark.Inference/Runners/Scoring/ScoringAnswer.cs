using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>Reads the body of a scoring server's answer (mlflow.md §5): a JSON object whose <c>predictions</c> are what the model answered.</summary>
internal static class ScoringAnswer
{
    /// <exception cref="ModelRunException">It is none: not JSON, or without predictions.</exception>
    public static ModelOutput Read(string server, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            throw NoAnswer(server, "an empty body");
        }

        if (
            !StrictJson.TryParse(body, out var node, out var refusal)
            && !(IsNotFinite(body, refusal.Offset) && PythonNumbers.TryParse(body, out node))
        )
        {
            throw body.TrimStart(" \t\r\n"u8) is [(byte)'<', ..]
                ? NoAnswer(server, "a page of HTML or XML, and no JSON")
                : NoAnswer(server, $"what is no JSON: {refusal.Message}");
        }

        if (node is not JsonObject members || !members.TryGetPropertyValue("predictions", out var predictions))
        {
            throw NoAnswer(server, "JSON without \"predictions\"");
        }

        members.Remove("predictions");
        return new ModelOutput(predictions, []);
    }

    // Python's json writes these where a number is none.
    private static bool IsNotFinite(ReadOnlySpan<byte> body, long offset)
    {
        if (offset < 0 || offset >= body.Length)
        {
            return false;
        }

        var rest = body[(int)offset..];
        return rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8) || rest.StartsWith("Infinit"u8);
    }

    private static ModelRunException NoAnswer(string server, string what) => new($"{server} answered {what}", cause: null);
}
