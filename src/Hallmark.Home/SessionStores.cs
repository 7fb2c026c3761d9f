using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Home;

/// <summary>The MLflow stores that one command works with: its own, and those that work in the outbox names.</summary>
/// <param name="options">Where the command runs.</param>
/// <param name="createClient">Makes a client for a store on the network; its argument says whether any certificate is accepted.</param>
internal sealed class SessionStores(SessionOptions options, Func<bool, HttpClient> createClient) : IAsyncDisposable
{
    private static readonly string[] NetworkSchemes = ["http", "https", "postgresql", "postgres", "mysql", "mssql", "databricks"];
    private IMlflowStore? _own;

    /// <summary>The command's own store, opened once.</summary>
    /// <inheritdoc cref="Session.OpenStore" />
    public IMlflowStore Open() => _own ??= MlflowStores.Open(OptionsOf(OwnUri()));

    /// <summary>
    /// Opens the store of a piece of work, which names it without credentials. Where it is this command's own, or the one of <c>MLFLOW_TRACKING_URI</c>, the credentials
    /// that were set for it open it; any other one is asked without, and its certificate counts.
    /// </summary>
    /// <exception cref="MlflowUnavailableException">It cannot be opened now.</exception>
    /// <exception cref="UnavailableException">It is on the network, and the command is offline.</exception>
    public IMlflowStore Reopen(string trackingUri)
    {
        try
        {
            return MlflowStores.Open(
                FindNamedAs(trackingUri) is { } named
                    ? OptionsOf(named)
                    : OptionsOf(trackingUri) with
                    {
                        Credentials = MlflowCredentials.None,
                        AllowInsecureTls = false,
                    }
            );
        }
        catch (BadInputException refusal)
        {
            // It was a store when the event was recorded: a share that is not mounted now is waited for, not given up.
            throw new MlflowUnavailableException(
                $"the store {trackingUri} cannot be opened now: {refusal.Message}",
                refusal,
                "bring it back, then: hallmark outbox drain"
            );
        }
    }

    /// <summary>The store that somebody named, and not the <c>mlruns</c> folder that happens to lie beside; null where there is none, or it cannot be opened.</summary>
    public string? FindNamed()
    {
        if (
            (options.TrackingUri ?? options.Settings.TrackingUri ?? options.Environment.GetValueOrDefault("MLFLOW_TRACKING_URI"))
            is not { Length: > 0 }
        )
        {
            return null;
        }

        try
        {
            return Open().Place;
        }
        catch (HallmarkException)
        {
            // Offline, or no store at all: a prediction is not refused for want of a place for its tags.
            return null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync().ConfigureAwait(false);
        }
    }

    // How somebody named the store of a piece of work, perhaps with a password in it; null where nobody did.
    private string? FindNamedAs(string trackingUri) =>
        IsOwnStore(trackingUri) ? OwnUri()
        : options.Environment.GetValueOrDefault("MLFLOW_TRACKING_URI") is { Length: > 0 } variable
        && TrackingUris.Normalise(variable) == TrackingUris.Normalise(trackingUri)
            ? variable
        : null;

    private bool IsOwnStore(string trackingUri)
    {
        try
        {
            var own = Open();
            return trackingUri == own.Place || trackingUri == own.TrackingUri || own.FormerPlaces.Contains(trackingUri);
        }
        catch (HallmarkException)
        {
            // This command needs no store of its own: ./mlruns is not there, or its server is not asked.
            return false;
        }
    }

    private string OwnUri()
    {
        var isNamedThere = options.Environment.GetValueOrDefault("MLFLOW_TRACKING_URI") is { Length: > 0 };
        return options.TrackingUri
            ?? (isNamedThere ? FromEnvironment().TrackingUri : options.Settings.TrackingUri ?? FromEnvironment().TrackingUri);
    }

    private MlflowStoreOptions OptionsOf(string trackingUri) =>
        options.IsOffline && NetworkSchemes.Contains(TrackingUris.SchemeOf(trackingUri), StringComparer.Ordinal)
            ? throw new UnavailableException(
                $"the store is on the network ({trackingUri.Split(':')[0]}), and the command is offline",
                "name a copy of it with --tracking-uri, or leave --offline out"
            )
            : FromEnvironment() with
            {
                TrackingUri = trackingUri,

                // Of two for the same place the later one wins: what was named for this command.
                Relocations = [.. options.Settings.Relocations.Concat(options.Relocations).Select(Relocation.Parse)],
                CreateHttpClient = createClient,
                Time = options.Time,
            };

    private MlflowStoreOptions FromEnvironment() => MlflowStoreOptions.FromEnvironment(name => options.Environment.GetValueOrDefault(name));
}
