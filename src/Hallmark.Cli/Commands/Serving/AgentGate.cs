using Hallmark.Inference.Status;

namespace Hallmark.Cli.Commands.Serving;

/// <summary>The monitoring agent's word on what <c>hallmark serve</c> serves, and the connection that it comes over.</summary>
/// <param name="gate">Asks before the model is loaded.</param>
/// <param name="rechecks">True to ask before each prediction too.</param>
/// <param name="connection">What the agent is asked over; closed with this.</param>
internal sealed class AgentGate(AssetGate gate, bool rechecks, HttpClient connection) : IDisposable
{
    /// <summary>Asked before the model is loaded.</summary>
    public AssetGate Gate => gate;

    /// <summary>Asked before each prediction; null where only the loading is guarded.</summary>
    public AssetGate? Recheck => rechecks ? gate : null;

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();
}
