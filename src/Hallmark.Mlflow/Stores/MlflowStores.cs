using Hallmark.Core.Failures;
using Hallmark.Mlflow.FileStore;
using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.SqlStore;

namespace Hallmark.Mlflow.Stores;

/// <summary>Opens MLflow stores by their tracking URI.</summary>
public static class MlflowStores
{
    /// <summary>Opens the store that the tracking URI names.</summary>
    /// <exception cref="BadInputException">The URI is of no form that is known here, or names a folder or file that is no store.</exception>
    /// <exception cref="MlflowUnavailableException">The store cannot be reached.</exception>
    public static IMlflowStore Open(MlflowStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return TrackingUris.SchemeOf(options.TrackingUri) switch
        {
            "" or "file" => FileMlflowStore.Open(options),
            "http" or "https" => RestMlflowStore.Open(options),
            "sqlite" or "postgresql" or "postgres" => SqlMlflowStore.Open(options),
            _ => throw new BadInputException(
                $"The tracking URI '{TrackingUris.WithoutCredentials(options.TrackingUri)}' is of no form that is known here",
                "a server: http://host:5000 or https://host",
                "a database: sqlite:////absolute/mlflow.db, sqlite:///relative.db or postgresql://host/database",
                "a folder: ./mlruns, /absolute/mlruns or file:///absolute/mlruns"
            ),
        };
    }
}
