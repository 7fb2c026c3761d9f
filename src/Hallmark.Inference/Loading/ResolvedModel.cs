using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Loading;

/// <summary>What a URI stands for now.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Name">The registered or logged model's name; null where the URI names none.</param>
/// <param name="Version">The version, or the logged model's id; null where there is none.</param>
/// <param name="RunId">The run that made it; null where it is not known.</param>
/// <param name="RegistrationTransaction">The version's tag <c>ario.registration_tx</c>, or null.</param>
/// <param name="Files">Where its files lie.</param>
internal sealed record ResolvedModel(
    ModelUri Uri,
    string? Name,
    string? Version,
    string? RunId,
    string? RegistrationTransaction,
    LocatedArtifacts Files
)
{
    /// <summary>The model's identity in its predictions' records.</summary>
    public ModelIdentity ToIdentity(bool? artifactVerified, string? artifactHash) =>
        new()
        {
            Uri = Uri.Text,
            Name = Name ?? ModelIdentity.Unknown,
            Version = Version ?? ModelIdentity.Unknown,
            RunId = RunId ?? ModelIdentity.Unknown,
            RegistrationTransaction = RegistrationTransaction,
            ArtifactVerified = artifactVerified,
            ArtifactHash = artifactHash,
        };
}
