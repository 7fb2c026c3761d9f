namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>Why one gateway's answer did not help.</summary>
/// <param name="Gateway">Which one, as the settings name it.</param>
/// <param name="Kind">What kind of fault.</param>
/// <param name="Reason">In words.</param>
public sealed record GatewayFault(string Gateway, GatewayFaultKind Kind, string Reason)
{
    /// <summary>How long it asked to be left alone, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Gateway}: {Reason}";
}
