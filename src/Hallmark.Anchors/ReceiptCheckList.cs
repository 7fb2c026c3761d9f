using System.Collections.Immutable;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors;

/// <summary>The questions asked of a receipt so far.</summary>
internal sealed class ReceiptCheckList
{
    private readonly ImmutableArray<Check>.Builder _checks = ImmutableArray.CreateBuilder<Check>();

    public bool HasFailed => _checks.Any(check => check.Outcome is CheckOutcome.Failed);

    public ImmutableArray<Check> ToImmutable() => _checks.ToImmutable();

    public void Add(Check check) => _checks.Add(check);

    /// <summary>A question with its answer: a pass where there is no fault.</summary>
    /// <param name="name">The part that was looked at.</param>
    /// <param name="fault">The code and the words of what is wrong; null for a pass.</param>
    /// <param name="detail">What was found, for a pass.</param>
    public void Decide(string name, (string Reason, string Detail)? fault, string detail) =>
        Add(fault is var (reason, wrong) ? Check.Failed(name, reason, wrong) : Check.Passed(name, detail));

    public void Pass(string name, string detail) => Add(Check.Passed(name, detail));

    public void Fail(string name, string reason, string detail) => Add(Check.Failed(name, reason, detail));

    /// <summary>A question that was not answered and that nothing hangs on.</summary>
    public void Skip(string name, string reason, string detail) => Add(Check.Skipped(name, reason, detail));

    /// <summary>A question that could not be answered now, and without which nothing is decided.</summary>
    public void OutOfReach(string name, string detail) => Add(Check.Unreachable(name, "unreachable", detail));
}
