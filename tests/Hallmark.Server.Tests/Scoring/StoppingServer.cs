using System.Net;
using Hallmark.Server.Scoring;
using Hallmark.Server.Scoring.Access;
using Hallmark.Server.Scoring.Admission;
using Hallmark.Server.Scoring.OpenInference;
using Hallmark.Server.Scoring.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>The routes of a server that is about to stop, which no client can hold in that moment; only what asks whether it is ready may be asked here.</summary>
internal sealed class StoppingServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ScoringMetrics _metrics;
    private readonly PrometheusReader _reader;

    private StoppingServer(WebApplication application, ScoringMetrics metrics, PrometheusReader reader)
    {
        (_application, _metrics, _reader) = (application, metrics, reader);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    public static async Task<StoppingServer> StartAsync(IScoringModel model)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddRoutingCore();
        var application = builder.Build();
        using var turns = new Turns(new ScoringLimits(), TimeProvider.System);
        var metrics = new ScoringMetrics(turns, new BodyBudget(0));
        var reader = new PrometheusReader(metrics.Meter);
        application.UseRouting();
        new ScoringRoutes(
            null!, // no prediction is asked for
            null!, // nor is a body read
            new CallerCheck(ApiKeys.None),
            model,
            new ModelPlace("iris", "3"),
            reader,
            () => false
        ).Map(application);
        await application.StartAsync();
        return new StoppingServer(application, metrics, reader);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        _reader.Dispose();
        _metrics.Dispose();
    }
}
