using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Inference.Runners.Signatures;
using Hallmark.Mlflow.RestStore;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>Says what a status other than 200 means: whose fault it is, and what can be done.</summary>
internal static class ScoringRefusal
{
    private const int MaxMessageLength = 600;
    private const int MaxShownInputs = 20;

    /// <summary>The failure that an answer stands for.</summary>
    /// <param name="server">Who answered, as a sentence's subject.</param>
    /// <param name="answer">Its status and the beginning of its body.</param>
    /// <param name="signature">What the model takes, for the hint.</param>
    public static HallmarkException Describe(string server, ScoringHttpAnswer answer, ModelSignature signature)
    {
        var status = answer.Status;
        var said = FindMessage(answer);
        var saying = said.Length > 0 ? $": {said}" : "";
        return status switch
        {
            400 or 413 or 422 => new ModelInputException($"the model does not take the input{saying}", Takes(signature)),
            401 or 403 => new UnavailableException($"{server} refuses our credentials (HTTP {status})"),
            404 or 405 or 415 => new UnavailableException($"{server} does not speak MLflow's scoring protocol (HTTP {status}){saying}"),
            408 or 429 or 502 or 503 or 504 => new UnavailableException($"{server} cannot answer now (HTTP {status}){saying}")
            {
                RetryAfter = answer.RetryAfter,
            },
            >= 300 and < 400 => new UnavailableException($"{server} redirects (HTTP {status}), which is never followed"),
            _ => new ModelRunException($"{server} failed (HTTP {status}){saying}", cause: null),
        };
    }

    private static string[] Takes(ModelSignature signature) =>
        signature.Inputs.Count == 0
            ? []
            :
            [
                "it takes "
                    + string.Join(
                        ", ",
                        signature
                            .Inputs.Take(MaxShownInputs)
                            .Select(static field =>
                                $"{(field.Name.Length > 0 ? TextFromServer.Clean(field.Name, 100) : "a tensor")} ({field.DataType})"
                            )
                    )
                    + (signature.Inputs.Count > MaxShownInputs ? $" and {signature.Inputs.Count - MaxShownInputs} more" : ""),
            ];

    private static string FindMessage(ScoringHttpAnswer answer)
    {
        if (answer.Body.Length == 0 || answer.MediaType is "text/html")
        {
            return "";
        }

        if (StrictJson.TryParse(answer.Body, out var node, out _) && node is JsonObject members)
        {
            // MLflow says "message", FastAPI "detail", KServe and others "error".
            var text =
                JsonScalar.FindText(members["message"]) ?? JsonScalar.FindText(members["detail"]) ?? JsonScalar.FindText(members["error"]);
            return text is null ? "" : TextFromServer.Clean(text, MaxMessageLength);
        }

        return answer.Body[0] == '<' ? "" : TextFromServer.Clean(Encoding.UTF8.GetString(answer.Body), MaxMessageLength);
    }
}
