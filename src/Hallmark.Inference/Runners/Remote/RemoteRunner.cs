using System.Net.Http.Headers;
using System.Security.Authentication;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Scoring;

namespace Hallmark.Inference.Runners.Remote;

/// <summary>
/// Runs a model that somebody else serves, at an <c>/invocations</c> of MLflow's scoring protocol. What its bytes are cannot be checked from here; who answered is recorded in
/// <see cref="Identity"/>, and a server that later shows another certificate is refused.
/// </summary>
public sealed class RemoteRunner : IModelRunner
{
    /// <summary>Runners of this kind.</summary>
    public const string KindName = "remote";

    private readonly ScoringClient _client;
    private readonly CertificateKeeper _certificates;
    private readonly RemoteRunnerOptions _options;

    private RemoteRunner(ScoringClient client, CertificateKeeper certificates, RemoteRunnerOptions options, RemoteIdentity identity) =>
        (_client, _certificates, _options, Identity) = (client, certificates, options, identity);

    /// <inheritdoc />
    public string Kind => KindName;

    /// <summary>Who answered when it was connected.</summary>
    public RemoteIdentity Identity { get; }

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Inputs => _options.Signature.Inputs;

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Outputs => _options.Signature.Outputs;

    /// <summary>Asks a server whether it is there, and who it is.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">The clock, for time-outs.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    /// <exception cref="BadInputException">The address or the pin is none that may be used.</exception>
    /// <exception cref="UnavailableException">It cannot be reached, refuses the token, is not ready, or redirects.</exception>
    public static async Task<RemoteRunner> ConnectAsync(RemoteRunnerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var root = RemoteAddress.RootOf(options);
        if (options.Token is { } token && (token.Length == 0 || token.Any(static c => c is <= ' ' or > '~')))
        {
            throw new BadInputException($"the token in {RemoteRunnerOptions.TokenVariable} cannot stand in a header");
        }

        var certificates = new CertificateKeeper(ReadPin(options.PinnedCertificate));
        var client = new ScoringClient(
            CreateHttp(options, root, certificates),
            root,
            $"the model server at {root}",
            options.Limits,
            options.Signature,
            time
        );
        try
        {
            var status = (await client.GetReadinessAsync(cancellationToken).ConfigureAwait(false)).Status;
            // A server that has no /ping is reached all the same; whether it predicts shows the first prediction.
            if (status is not (200 or 404 or 405))
            {
                throw new UnavailableException(
                    status switch
                    {
                        401 or 403 => $"the model server at {root} refuses our credentials (HTTP {status})",
                        >= 300 and < 400 => $"the model server at {root} redirects (HTTP {status}), which is never followed",
                        _ => $"the model server at {root} is not ready (HTTP {status})",
                    },
                    status is 401 or 403 ? [$"put its token into the environment variable {RemoteRunnerOptions.TokenVariable}"] : []
                );
            }

            var version = await client.FindVersionAsync(cancellationToken).ConfigureAwait(false);
            return new RemoteRunner(
                client,
                certificates,
                options,
                new RemoteIdentity(new Uri(root, "invocations"), certificates.Kept, version)
            );
        }
        catch (UnavailableException fault) when (certificates.Refused is not null)
        {
            client.Dispose();
            throw OtherCertificate(root, certificates, fault);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public bool HandsOnBytes => true;

    /// <inheritdoc />
    public async Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        try
        {
            return input.Raw is { } request
                ? await _client.ForwardAsync(request, cancellationToken).ConfigureAwait(false)
                : await _client.PredictAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException fault)
            when (fault.InnerException?.InnerException is AuthenticationException && _certificates.Refused is not null)
        {
            throw OtherCertificate(Identity.Address, _certificates, fault);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HttpClient CreateHttp(RemoteRunnerOptions options, Uri root, CertificateKeeper certificates)
    {
        var handler = ScoringHttp.Create();
        // Between us and a loopback address no proxy has any business.
        handler.UseProxy = root.Scheme == Uri.UriSchemeHttps && !root.IsLoopback;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificates.Accept(certificate, errors);
        var http = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        if (options.Token is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    private static string? ReadPin(string? pin) =>
        pin is null || (pin.Length == 64 && pin.All(char.IsAsciiHexDigit))
            ? pin?.ToLowerInvariant()
            : throw new BadInputException("a pinned certificate is its SHA-256, 64 hex digits");

    private static UnavailableException OtherCertificate(Uri address, CertificateKeeper certificates, Exception fault) =>
        new(
            $"the model server at {address} shows another certificate ({certificates.Refused}) than the one it is known by ({certificates.Kept})",
            fault,
            "if it was renewed, connect again (and change the pin); if not, somebody else answers there"
        );
}
