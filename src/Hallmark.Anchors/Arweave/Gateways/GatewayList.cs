namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>Which gateways are asked, in which order (<c>mlflow-events.md</c> §8.5).</summary>
public static class GatewayList
{
    /// <summary>The environment variable with the gateways, separated by commas.</summary>
    public const string GatewaysVariable = "ARIO_MLFLOW_GATEWAYS";

    /// <summary>The environment variable with the host that is shown in addresses and asked first.</summary>
    public const string HostVariable = "ARIO_MLFLOW_GATEWAY_HOST";

    /// <summary>The host unless another is set.</summary>
    public const string DefaultHost = "turbo-gateway.com";

    private const string FallbackHost = "ardrive.net";

    /// <summary>Finds the list: what was set explicitly, else what the environment says, else the host and the fallbacks. Empty entries and repetitions are left out.</summary>
    /// <param name="configured">From the settings, possibly empty; null where nothing is set.</param>
    /// <param name="environment">The value of <see cref="GatewaysVariable"/>; null or empty where it is not set.</param>
    /// <param name="host">The value of <see cref="HostVariable"/>; null or empty for <see cref="DefaultHost"/>.</param>
    /// <returns>Hosts or addresses as they were written; possibly none, and then nobody is asked.</returns>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string>? configured, string? environment, string? host)
    {
        IEnumerable<string> gateways =
            configured
            ?? (
                string.IsNullOrEmpty(environment)
                    ? [string.IsNullOrEmpty(host) ? DefaultHost : host, DefaultHost, FallbackHost]
                    : environment.Split(',').Select(entry => entry.Trim())
            );
        return [.. gateways.Where(gateway => gateway.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Reads a gateway's name: a host, or an address with <c>http</c> or <c>https</c>.</summary>
    /// <returns>Null where it is neither.</returns>
    public static Uri? FindAddress(string gateway) => ArweaveGateway.FindAddress(gateway);
}
