namespace Hallmark.Mlflow.Stores;

/// <summary>How to identify oneself to a tracking server: user name and password, else a bearer token: the order of MLflow's own client. Never printed.</summary>
/// <param name="Username">For HTTP Basic, or null.</param>
/// <param name="Password">For HTTP Basic, or null.</param>
/// <param name="Token">A bearer token, or null; used where user name or password is missing.</param>
public sealed record MlflowCredentials(string? Username, string? Password, string? Token)
{
    /// <summary>Nobody in particular.</summary>
    public static MlflowCredentials None { get; } = new(null, null, null);

    /// <summary>Says which kind of credentials these are, not what they are.</summary>
    public override string ToString() =>
        (Username, Password) is ({ Length: > 0 }, { Length: > 0 }) ? "user name and password"
        : Token is { Length: > 0 } ? "bearer token"
        : "none";
}
