namespace Hallmark.Mlflow.Verification;

/// <summary>One stage of an audit bundle (mlflow-events.md §18).</summary>
/// <param name="Name"><c>training</c>, <c>registration</c> or <c>promotion</c>.</param>
/// <param name="TransactionId">The upload's transaction, or null.</param>
/// <param name="IsAnchored">True where there is a proof.</param>
/// <param name="Result">The four checks; null where there is no proof, or where it could not be fetched.</param>
public sealed record AuditStage(string Name, string? TransactionId, bool IsAnchored, ArioResult? Result)
{
    /// <summary>Null where not anchored; false where the envelope could not be fetched; else whether all is well as the original judges it.</summary>
    public bool? Ok => IsAnchored ? Result?.Overall is true : null;
}
