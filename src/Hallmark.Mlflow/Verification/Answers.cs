using System.Collections.Immutable;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Verification;

/// <summary>Makes checks.</summary>
internal static class Answers
{
    public static Check Passed(string name, string detail) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.Passed,
            Detail = detail,
        };

    public static Check Failed(string name, string reason, string detail, IEnumerable<Difference>? differences = null) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.Failed,
            Reason = reason,
            Detail = detail,
            Differences = [.. differences ?? []],
        };

    public static Check NotRun(string name, string reason, string detail, bool isRequired) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.NotRun,
            Reason = reason,
            Detail = detail,
            IsRequired = isRequired,
        };

    public static Check OutOfReach(string name, HallmarkException failure) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.NotRun,
            Reason = "out_of_reach",
            Detail = failure.Message,
            IsOutOfReach = true,
        };

    public static Check Compared(string name, string agrees, string differs, IReadOnlyCollection<Difference> differences) =>
        differences.Count == 0 ? Passed(name, agrees) : Failed(name, "differs", differs, differences);

    /// <summary>Runs a check; what is out of reach is an answer of its own, and bad bytes in the store are a failure of the check.</summary>
    public static async Task<Check> RunAsync(string name, Func<Task<Check>> check)
    {
        try
        {
            return await check().ConfigureAwait(false);
        }
        catch (UnavailableException failure)
        {
            return OutOfReach(name, failure);
        }
        catch (BadInputException failure)
        {
            return Failed(name, "unreadable", failure.Message);
        }
    }

    public static ImmutableArray<Check> In(params Check[] checks) => [.. checks];
}
