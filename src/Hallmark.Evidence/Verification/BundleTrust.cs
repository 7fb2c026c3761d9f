using Hallmark.Core.Policies;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Evidence.Verification;

/// <summary>Whom and what the reader of a bundle trusts. None of it ever comes from the bundle.</summary>
public sealed record BundleTrust
{
    /// <summary>Says of a public key whether it may sign; unless set, nobody vouches for anybody.</summary>
    public Func<string, DateTimeOffset?, SignerOpinion> Judge { get; init; } = (_, _) => SignerOpinion.Unknown;

    /// <summary>Who checks receipts.</summary>
    public ReceiptVerifiers Receipts { get; init; } = ReceiptVerifiers.None;

    /// <summary>Which witnesses every event must have; or null.</summary>
    public WitnessPolicy? Policy { get; init; }

    /// <summary>True to ask the live worlds too.</summary>
    public bool IsLive { get; init; }
}
