namespace Hallmark.Mlflow.Verification;

/// <summary>An opinion on a public key.</summary>
/// <param name="Standing">May it sign?</param>
/// <param name="Name">Whose it is, where known.</param>
public sealed record SignerOpinion(SignerStanding Standing, string? Name)
{
    /// <summary>Nobody here vouches for any key.</summary>
    public static SignerOpinion Unknown { get; } = new(SignerStanding.Unknown, null);
}
