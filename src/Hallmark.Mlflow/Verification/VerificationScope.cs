using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>What a verification may look at.</summary>
public sealed record VerificationScope
{
    /// <summary>The MLflow store.</summary>
    public required IMlflowStore Store { get; init; }

    /// <summary>The ledger, or null where there is none at hand.</summary>
    public IEventLogReader? Log { get; init; }

    /// <summary>
    /// Says of a public key (64 lower-case hex digits) whether it may have signed at the time that the signature itself claims (null where it claims none):
    /// from <c>--signer</c> and the setting <c>trusted_keys</c>.
    /// </summary>
    public Func<string, DateTimeOffset?, SignerOpinion> Judge { get; init; } = (_, _) => SignerOpinion.Unknown;

    /// <summary>Who else saw the events; null where nobody is asked.</summary>
    public IWitnessSource? Witnesses { get; init; }

    /// <summary>The copy of the files that is judged in place of the store's; null to read the store's.</summary>
    public HeldArtifacts? Held { get; init; }

    /// <summary>How artifacts are hashed; silently and without a cache unless set.</summary>
    public ArtifactHashing Hashing { get; init; } = ArtifactHashing.Plain;
}
