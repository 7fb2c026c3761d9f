namespace Hallmark.Mlflow.Stores;

/// <summary>How to identify oneself to a tracking server: a bearer token, else user name and password. Never printed.</summary>
/// <param name="Username">For HTTP Basic, or null.</param>
/// <param name="Password">For HTTP Basic, or null.</param>
/// <param name="Token">A bearer token, or null; wins over the other two.</param>
public sealed record MlflowCredentials(string? Username, string? Password, string? Token)
{
    /// <summary>Nobody in particular.</summary>
    public static MlflowCredentials None { get; } = new(null, null, null);

    /// <summary>Says which kind of credentials these are, not what they are.</summary>
    public override string ToString() => Token is { Length: > 0 } ? "bearer token" : Username is { Length: > 0 } ? "user name and password" : "none";
}
