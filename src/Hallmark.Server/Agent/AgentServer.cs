using System.Net;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Inference.Agent;
using Hallmark.Inference.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hallmark.Server.Agent;

/// <summary>
/// Answers <c>GET /v1/verify-status/&lt;asset id&gt;</c> on the loopback interface (mlflow-events.md §14): 401 without the management secret, 404 for an asset that is not
/// in the policy, else 200 and the status. The secret is asked for first, so that nobody without it learns which assets there are.
/// </summary>
public sealed class AgentServer : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);
    private readonly WebApplication _application;

    private AgentServer(WebApplication application, Uri address)
    {
        _application = application;
        Address = address;
    }

    /// <summary>Where it answers, such as <c>http://127.0.0.1:9847/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts answering.</summary>
    /// <param name="place">Where; on the loopback interface.</param>
    /// <param name="secret">What every question must carry.</param>
    /// <param name="find">How an asset stands; null where it is not in the policy.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="BadInputException">The place is not on the loopback interface.</exception>
    /// <exception cref="UnavailableException">The port is taken, or the system refuses it.</exception>
    public static async Task<AgentServer> StartAsync(
        IPEndPoint place,
        ManagementSecret secret,
        Func<string, AssetStatus?> find,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(place);
        _ = AgentAddress.Parse(place.ToString());
        var application = Build(place);
        application.Run(context => AnswerAsync(context, secret, find));
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new UnavailableException(
                $"the agent cannot answer on {place}: {fault.Message}",
                fault,
                "see whether another agent runs, or name another port: --listen 127.0.0.1:PORT"
            );
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return new AgentServer(application, new Uri(addresses.First()));
    }

    /// <summary>Takes no more questions, ends those under way, and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(DrainTime);
        await _application.StopAsync(limit.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(IPEndPoint place)
    {
        // Nothing from the environment or from files: ASPNETCORE_URLS would open another port, on another interface.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(place);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestLineSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        });
        return builder.Build();
    }

    private static Task AnswerAsync(HttpContext context, ManagementSecret secret, Func<string, AssetStatus?> find)
    {
        context.Response.Headers.CacheControl = "no-store";
        var given = context.Request.Headers[AssetStatusClient.SecretHeader];
        if (given.Count != 1 || !secret.Is(given[0]?.Trim()))
        {
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "the management secret is missing or wrong");
        }

        if (AssetPath.FindAssetId(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is not { } assetId)
        {
            return RefuseAsync(context, StatusCodes.Status404NotFound, "ask for /v1/verify-status/<asset id>, percent-encoded");
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET";
            return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET is answered");
        }

        return find(assetId) is { } status
            ? WriteAsync(context, CanonicalJson.Canonicalize(AssetStatusAnswer.Write(status)))
            : RefuseAsync(context, StatusCodes.Status404NotFound, "the asset is not in the policy");
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, CanonicalJson.Canonicalize(new System.Text.Json.Nodes.JsonObject { ["error"] = why }));
    }

    private static async Task WriteAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
