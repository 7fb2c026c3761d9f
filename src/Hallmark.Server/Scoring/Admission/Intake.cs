using Hallmark.Server.Scoring.Access;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Admission;

/// <summary>What comes before a prediction: who asks, how often, and the body.</summary>
internal sealed class Intake(CallerCheck callers, Turns turns, BodyBudget budget, ScoringLimits limits, TimeProvider time)
{
    /// <summary>Lets a caller in that asks for a prediction.</summary>
    /// <exception cref="Answers.RefusedRequestException">401 or 429.</exception>
    public void Admit(HttpContext context) => turns.Count(callers.Identify(context));

    /// <summary>Reads the body; it counts against the budget until it is disposed.</summary>
    /// <inheritdoc cref="RequestBody.ReadAsync" path="/exception" />
    public Task<RequestBody> ReadAsync(HttpContext context) => RequestBody.ReadAsync(context, limits, budget, time);
}
