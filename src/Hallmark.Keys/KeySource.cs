namespace Hallmark.Keys;

/// <summary>Where a signing key came from. Whoever controls that place can sign as its owner.</summary>
public enum KeySource
{
    /// <summary>A private key file that the caller named by its path.</summary>
    NamedFile,

    /// <summary>The environment variable <c>ARIO_MLFLOW_SIGNING_KEY</c>.</summary>
    Environment,

    /// <summary>The key folder of Hallmark's home.</summary>
    Home,

    /// <summary>The key folder of ar-io-mlflow, <c>~/.ario-mlflow/keys</c>; only when asked for by name.</summary>
    ArioMlflow,
}
