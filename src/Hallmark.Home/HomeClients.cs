using Hallmark.Anchors.Http;
using Hallmark.Mlflow.RestStore;
using Microsoft.Extensions.DependencyInjection;

namespace Hallmark.Home;

/// <summary>HTTP clients of one command, by what they talk to.</summary>
internal sealed class HomeClients : IAsyncDisposable
{
    private const string Mlflow = "mlflow";
    private const string InsecureMlflow = "mlflow-insecure";
    private const string Anchors = "anchors";
    private static readonly TimeSpan MlflowTimeout = TimeSpan.FromSeconds(100);
    private readonly ServiceProvider _services;

    public HomeClients(bool isOffline)
    {
        var services = new ServiceCollection();
        foreach (var name in new[] { Mlflow, InsecureMlflow })
        {
            services
                .AddHttpClient(name, client => client.Timeout = MlflowTimeout)
                .ConfigurePrimaryHttpMessageHandler(() =>
                    isOffline ? new OfflineHandler() : MlflowServerHandler.Create(allowInsecureTls: name == InsecureMlflow)
                );
        }

        // Each exchange with an anchor has its own limit of time.
        services
            .AddHttpClient(Anchors, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => isOffline ? new OfflineHandler() : AnchorHttp.CreateHandler());
        _services = services.BuildServiceProvider();
    }

    /// <summary>A client for an MLflow server.</summary>
    /// <param name="allowInsecureTls">Accepts any certificate.</param>
    public HttpClient CreateMlflow(bool allowInsecureTls) => Create(allowInsecureTls ? InsecureMlflow : Mlflow);

    /// <summary>A client for the places where anchors are.</summary>
    public HttpClient CreateAnchor() => Create(Anchors);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private HttpClient Create(string name) => _services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
}
