using System.Text.Json.Nodes;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Status;

namespace Hallmark.Cli.Commands.Serving;

/// <summary>What is served: a model that was verified and runs here, or a server that already runs elsewhere.</summary>
/// <param name="Identity">Which model it is.</param>
/// <param name="Runner">Runs it.</param>
/// <param name="Gate">The monitoring agent's word, asked before each prediction; or null.</param>
/// <param name="Metadata">What else goes into each record; or null.</param>
/// <param name="Owner">Ends the runner, and removes what was copied.</param>
internal sealed record ServedModel(
    ModelIdentity Identity,
    IModelRunner Runner,
    AssetGate? Gate,
    JsonObject? Metadata,
    IAsyncDisposable Owner
) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync() => Owner.DisposeAsync();
}
