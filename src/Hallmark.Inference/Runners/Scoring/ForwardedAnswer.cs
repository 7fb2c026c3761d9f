using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>Reads an answer that goes to the caller as it came, for what the record commits to.</summary>
internal static class ForwardedAnswer
{
    /// <summary>What was predicted. JSON that is <c>predictions</c> alone is committed to as that value, as every other runner's answer; other JSON whole, anything else as bytes.</summary>
    /// <exception cref="ForwardedRefusalException">The answer is an error for the caller.</exception>
    /// <exception cref="ModelRunException">It is encoded, so that nobody here could say what it is.</exception>
    /// <exception cref="UnavailableException">It is a redirect, or an error that is ours: the server refuses our credentials.</exception>
    public static ModelOutput Read(string server, ScoringHttpAnswer answer, ModelSignature signature)
    {
        if (answer.Status is < 200 or (>= 300 and < 400) or 401 or 403 or 407)
        {
            throw ScoringRefusal.Describe(server, answer, signature);
        }

        if (answer.IsEncoded)
        {
            throw new ModelRunException($"{server} answered in an encoding that was not asked for", cause: null);
        }

        var raw = new RawAnswer(answer.Status, answer.ContentType, answer.Body);
        if (answer.Status >= 300)
        {
            throw new ForwardedRefusalException($"{server} answered with an error (HTTP {answer.Status})", raw, answer.RetryAfter);
        }

        if (answer.Body.Length == 0)
        {
            throw new ModelRunException($"{server} answered an empty body", cause: null);
        }

        if (!AnswerJson.TryParse(answer.Body, out var node, out _))
        {
            return Output(RawBytes.Describe(answer.ContentType, answer.Body), OutputForm.Bytes);
        }

        if (node is JsonObject { Count: 1 } members && members.TryGetPropertyValue("predictions", out var predictions))
        {
            members.Remove("predictions");
            return Output(predictions, OutputForm.Prediction);
        }

        return Output(node, OutputForm.Answer);

        ModelOutput Output(JsonNode? value, OutputForm form) => new(value, []) { Form = form, Raw = raw };
    }
}
