using System.Net.Sockets;
using System.Reflection;
using Hallmark.Core.Failures;
using Hallmark.Server.Scoring.Access;
using Hallmark.Server.Scoring.Admission;
using Hallmark.Server.Scoring.Answers;
using Hallmark.Server.Scoring.OpenInference;
using Hallmark.Server.Scoring.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Hallmark.Server.Scoring;

/// <summary>
/// Serves one guarded model over HTTP, to clients of MLflow's scoring protocol and of the Open Inference Protocol v2. A prediction is answered only with its receipt; what there is no
/// room for is refused (429) before the model runs. Neither the model nor its log is closed here.
/// </summary>
public sealed class ScoringServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly StopSign _stop;
    private readonly TimeSpan _drainDelay;
    private readonly TimeProvider _time;
    private readonly IDisposable[] _parts;

    private ScoringServer(
        WebApplication application,
        StopSign stop,
        TimeSpan drainDelay,
        TimeProvider time,
        Uri address,
        params IDisposable[] parts
    )
    {
        _application = application;
        (_stop, _drainDelay, _time) = (stop, drainDelay, time);
        _parts = parts;
        Address = address;
    }

    /// <summary>Where it listens, with the port that was taken.</summary>
    public Uri Address { get; }

    /// <summary>The source of its spans (<see cref="System.Diagnostics.ActivitySource"/>).</summary>
    public static string SpanSource => ScoringTrace.SourceName;

    /// <summary>Its routes: method and pattern. HEAD, which is there wherever GET is, is left out.</summary>
    internal IEnumerable<(string Method, string Pattern)> Routes =>
        from endpoint in ((IEndpointRouteBuilder)_application).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method != "HEAD"
        select (method, endpoint.RoutePattern.RawText ?? "");

    /// <summary>The version that it names: that of this program.</summary>
    public static string Version { get; } =
        typeof(ScoringServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0";

    /// <summary>Starts a server; it answers when this ends.</summary>
    /// <param name="options">How it is reached, by whom, and what it promises.</param>
    /// <param name="model">What it answers with.</param>
    /// <param name="time">The clock of its own limits; those of single connections run on the system's.</param>
    /// <param name="logging">Where it says what went wrong on its side.</param>
    /// <param name="cancellationToken">Ends the starting.</param>
    /// <exception cref="BadInputException">Plain HTTP to other machines was not allowed.</exception>
    /// <exception cref="UnavailableException">The address cannot be listened on.</exception>
    public static async Task<ScoringServer> StartAsync(
        ScoringServerOptions options,
        IScoringModel model,
        TimeProvider time,
        ILoggerFactory logging,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(model);
        options.RequireSafe();
        var stop = new StopSign();
        var application = Build(options, model, stop, time, logging, out var parts);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            foreach (var part in parts)
            {
                part.Dispose();
            }

            throw new UnavailableException(
                $"cannot listen on {options.Endpoint}: {failure.InnerException?.Message ?? failure.Message}",
                failure,
                "another program may have the port, it may need rights (below 1024), or the address is not of this machine: --listen 127.0.0.1:0"
            );
        }

        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(); // a started Kestrel has one for each listener
        return new ScoringServer(application, stop, options.Limits.DrainDelay, time, new Uri(address), parts);
    }

    /// <summary>
    /// Is not ready from now on; after <see cref="ScoringLimits.DrainDelay"/> takes no new requests, lets those under way end (up to <see cref="ScoringLimits.DrainTime"/>), and closes.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting: what is under way then is cut off.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stop.Raise() && _drainDelay > TimeSpan.Zero)
        {
            await Task.Delay(_drainDelay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _application.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().ConfigureAwait(false);
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    private static WebApplication Build(
        ScoringServerOptions options,
        IScoringModel model,
        StopSign stop,
        TimeProvider time,
        ILoggerFactory logging,
        out IDisposable[] parts
    )
    {
        var limits = options.Limits;

        // Nothing from the environment or from files: ASPNETCORE_… and appsettings.json could open another listener, and would have the working folder watched.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "hallmark" });
        builder.WebHost.UseKestrelCore();

        // A request goes on where its bytes were read, on a thread of the pool: one change of threads less, and a model that is slow holds up its own connection only.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.DrainTime);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        var application = builder.Build();

        var turns = new Turns(limits, time);
        var bodies = new BodyBudget(limits.MaxBodiesInBytes);
        var metrics = new ScoringMetrics(turns, bodies);
        var reader = new PrometheusReader(metrics.Meter);
        parts = [reader, metrics, turns];

        var callers = new CallerCheck(options.Keys);
        var flow = new PredictionFlow(model, options, turns, metrics, time, logging.CreateLogger<PredictionFlow>());
        application.Use((next) => new RequestGuard(next, metrics, stop, time, logging.CreateLogger<RequestGuard>()).InvokeAsync);
        application.UseRouting();
        new ScoringRoutes(
            flow,
            new Intake(callers, turns, bodies, limits, time),
            callers,
            model,
            new ModelPlace(options.ModelName ?? model.Identity.Name, model.Identity.Version),
            reader,
            () => model.IsReady && !stop.IsUp
        ).Map(application);
        return application;
    }

    private static void Listen(KestrelServerOptions kestrel, ScoringServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowResponseHeaderCompression = false;
        var digits = new LengthDigits();
        kestrel.RequestHeaderEncodingSelector = name => name == HeaderNames.ContentLength ? digits : null!; // null means: as usual
        kestrel.Limits.MaxRequestBodySize = options.Limits.MaxBodySizeInBytes;
        kestrel.Limits.MaxConcurrentConnections = options.Limits.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.RequestHeadersTimeout = options.Limits.HeaderTime;
        kestrel.Listen(
            options.Endpoint,
            listen =>
            {
                listen.Protocols = options.Tls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (options.Tls is { } tls)
                {
                    listen.UseHttps(https =>
                    {
                        https.HandshakeTimeout = options.Limits.HeaderTime;
                        tls.Apply(https);
                    });
                }
            }
        );
    }
}
