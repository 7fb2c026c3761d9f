using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Stores;

/// <summary>Which MLflow store to open, and with what.</summary>
public sealed record MlflowStoreOptions
{
    /// <summary>The tracking URI or path. <c>./mlruns</c> unless set.</summary>
    public string TrackingUri { get; init; } = "./mlruns";

    /// <summary>Where things lie now that the store believes elsewhere; none unless set.</summary>
    public IReadOnlyList<Relocation> Relocations { get; init; } = [];

    /// <summary>For tracking servers; nobody unless set. Credentials inside the tracking URI win over these.</summary>
    public MlflowCredentials Credentials { get; init; } = MlflowCredentials.None;

    /// <summary>Do not check the server's certificate; false unless set. Anybody on the way can then read and change everything.</summary>
    public bool AllowInsecureTls { get; init; }

    /// <summary>Gives a client for a tracking server; its argument is <see cref="AllowInsecureTls"/>. Needed for http(s) stores only.</summary>
    public Func<bool, HttpClient>? CreateHttpClient { get; init; }

    /// <summary>For the times written into a store.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Reads MLflow's variables: <c>MLFLOW_TRACKING_URI</c>, <c>MLFLOW_TRACKING_USERNAME</c>, <c>MLFLOW_TRACKING_PASSWORD</c>,
    /// <c>MLFLOW_TRACKING_TOKEN</c>, <c>MLFLOW_TRACKING_INSECURE_TLS</c> (<c>true</c> or <c>1</c>).
    /// </summary>
    /// <param name="variable">Gives a variable's value or null; <see cref="Environment.GetEnvironmentVariable(string)"/> outside of tests.</param>
    public static MlflowStoreOptions FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var options = new MlflowStoreOptions
        {
            Credentials = new MlflowCredentials(
                variable("MLFLOW_TRACKING_USERNAME"),
                variable("MLFLOW_TRACKING_PASSWORD"),
                variable("MLFLOW_TRACKING_TOKEN")
            ),
            AllowInsecureTls =
                variable("MLFLOW_TRACKING_INSECURE_TLS") is { } insecure
                && (insecure == "1" || insecure.Equals("true", StringComparison.OrdinalIgnoreCase)),
        };
        return variable("MLFLOW_TRACKING_URI") is { Length: > 0 } uri ? options with { TrackingUri = uri } : options;
    }
}
