using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Answers;

/// <summary>What an answer says of its receipt.</summary>
internal static class PredictionHeaders
{
    /// <summary>The prediction's id.</summary>
    public const string DecisionId = "Hallmark-Decision-Id";

    /// <summary>Where its receipt is, relative to this server.</summary>
    public const string Receipt = "Hallmark-Receipt";

    /// <summary>How far the receipt is: one of the words below.</summary>
    public const string State = "Hallmark-Receipt-State";

    /// <summary>On its way; may be lost with the process.</summary>
    public const string Queued = "queued";

    /// <summary>Durable.</summary>
    public const string Logged = "logged";

    /// <summary>Under a signed checkpoint.</summary>
    public const string Checkpointed = "checkpointed";

    /// <summary>The model ran, and whether the prediction is durable is not known: the answer is an error.</summary>
    public const string Unconfirmed = "unconfirmed";

    /// <summary>Sets all three.</summary>
    public static void Write(HttpResponse response, string decisionId, string state)
    {
        response.Headers[DecisionId] = decisionId;
        response.Headers[Receipt] = "/receipts/" + decisionId;
        response.Headers[State] = state;
    }
}
