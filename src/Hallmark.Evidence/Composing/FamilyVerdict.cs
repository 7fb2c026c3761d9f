using Hallmark.Core.Checks;
using Hallmark.Core.Evidence;

namespace Hallmark.Evidence.Composing;

/// <summary>What the ar.io family's verifier says of a bundle, as a verdict of ours.</summary>
public static class FamilyVerdict
{
    /// <summary>Verifies a wrapper, from its bytes alone.</summary>
    /// <param name="name">The check's name: what kind of bundle it is.</param>
    /// <param name="bundle">The bundle.</param>
    public static Verdict Of(string name, ReadOnlyMemory<byte> bundle)
    {
        var found = EvidenceVerifier.Verify(bundle.Span);
        return new Verdict(
            name,
            [
                new Check
                {
                    Name = name,
                    Outcome = found.Status switch
                    {
                        EvidenceStatus.Verified => CheckOutcome.Passed,
                        EvidenceStatus.Partial => CheckOutcome.NotRun,
                        _ => CheckOutcome.Failed,
                    },
                    IsRequired = found.Status is not EvidenceStatus.Partial,
                    Detail = string.Join("; ", found.Errors),
                },
            ]
        );
    }
}
