using Microsoft.Extensions.Hosting;

namespace Hallmark.Server.Scoring;

/// <summary>A server lives as long as its owner says; the process's signals are its owner's too.</summary>
internal sealed class OwnersLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
