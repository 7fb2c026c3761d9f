using Hallmark.Core.Failures;

namespace Hallmark.Home;

/// <summary>Stands where connections would be made, for a command that was told to make none.</summary>
internal sealed class OfflineHandler : HttpMessageHandler
{
    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new UnavailableException(
            $"{request?.RequestUri?.Authority} was not asked: the command is offline",
            "leave --offline out to ask it"
        );
}
