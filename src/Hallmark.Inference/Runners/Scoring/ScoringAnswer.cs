using System.Text.Json.Nodes;

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

        if (!AnswerJson.TryParse(body, out var node, out var refusal))
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

    private static ModelRunException NoAnswer(string server, string what) => new($"{server} answered {what}", cause: null);
}
