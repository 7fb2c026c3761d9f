using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Home;

/// <summary>One piece of work that was tried, and what came of it.</summary>
/// <param name="Work">The work.</param>
/// <param name="Result">What its handler answered; null where it failed.</param>
/// <param name="Failure">Why it failed, or null.</param>
public sealed record OutboxStep(OutboxWork Work, OutboxResult? Result, Exception? Failure)
{
    /// <summary>In words, without secrets.</summary>
    public string Describe() =>
        Failure is not null
            ? $"{Work.Kind}: {(Failure is BadInputException ? "given up" : "not done")}: {(Failure is HallmarkException ours ? ours.Message : Failure.GetType().Name)}"
        : Result is { Pause: not null } waiting ? $"{Work.Kind}: waiting: {waiting.Remark}"
        : $"{Work.Kind}: done";
}
