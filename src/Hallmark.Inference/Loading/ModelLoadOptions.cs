using Hallmark.Artifacts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Status;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Loading;

/// <summary>How a model is found, verified and started. The defaults let nothing through that is not proven.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>Gives the MLflow store; asked only where the URI needs one. The store stays its owner's to close.</summary>
    public required Func<IMlflowStore> OpenStore { get; init; }

    /// <summary>The kinds of runners, in the order they are asked; the first that can run the model does.</summary>
    public required IReadOnlyList<IModelRunnerFactory> Runners { get; init; }

    /// <summary>
    /// The folder in which private copies are made, each in a folder of its own with access for this user only. Made where it is missing; must not be one in which other
    /// users may rename what they do not own.
    /// </summary>
    public required string PrivateRoot { get; init; }

    /// <summary>The ledger, or null where there is none at hand: then only a proof that a trusted key signed counts.</summary>
    public IEventLogReader? Log { get; init; }

    /// <summary>As <see cref="VerificationScope.Judge"/>.</summary>
    public Func<string, DateTimeOffset?, SignerOpinion> Judge { get; init; } = (_, _) => SignerOpinion.Unknown;

    /// <summary>As <see cref="VerificationScope.Witnesses"/>: a policy of it is a required check, and an outside proof that refutes is a failed one.</summary>
    public IWitnessSource? Witnesses { get; init; }

    /// <summary>The monitoring agent's word, asked before anything else; null where there is no agent.</summary>
    public AssetGate? Gate { get; init; }

    /// <summary>
    /// True to load a model of which no proof commits to any file; false unless set. <see cref="Warn"/> is told, and <see cref="ModelIdentity.ArtifactVerified"/> is null.
    /// A model that has proofs which fail is refused all the same, and so is one whose proofs are out of reach.
    /// </summary>
    public bool AllowsUnanchored { get; init; }

    /// <summary>How many files and bytes a model may have.</summary>
    public CopyLimits Limits { get; init; } = CopyLimits.Default;

    /// <summary>Told what a user must know although the model was loaded.</summary>
    public required Action<string> Warn { get; init; }

    /// <summary>Told of the hashing's progress; may be null.</summary>
    public IProgress<HashingProgress>? Progress { get; init; }
}
