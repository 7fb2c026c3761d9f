using System.Collections.Immutable;
using Hallmark.Core.Checks;

namespace Hallmark.Mlflow.Verification;

/// <summary>Our audit of a model version: one verdict a stage, and the bundle of the original's format.</summary>
/// <param name="Bundle">The bundle <c>ario.mlflow.audit/v1</c>, with our verdicts in its member <c>hallmark</c>.</param>
/// <param name="Training">The verdict on the training run.</param>
/// <param name="Registration">The verdict on the version.</param>
/// <param name="Promotions">One verdict for each stage transition and alias change, oldest first.</param>
public sealed record ModelAudit(AuditBundle Bundle, Verdict Training, Verdict Registration, ImmutableArray<Verdict> Promotions)
{
    /// <summary>All verdicts in their order.</summary>
    public IEnumerable<Verdict> Verdicts => [Training, Registration, .. Promotions];

    /// <summary>Failed where any stage failed (one that is not anchored, too); verified only where every stage is.</summary>
    public VerdictStatus Status =>
        Verdicts.Any(verdict => verdict.Status is VerdictStatus.Failed) ? VerdictStatus.Failed
        : Verdicts.All(verdict => verdict.Status is VerdictStatus.Verified) ? VerdictStatus.Verified
        : VerdictStatus.Incomplete;

    /// <summary>0 verified, 1 failed, 3 could not tell.</summary>
    public int ExitCode =>
        Status switch
        {
            VerdictStatus.Verified => 0,
            VerdictStatus.Failed => 1,
            _ => 3,
        };
}
