namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>The routes of both services (<c>turbo-ans104.md</c> §8).</summary>
internal static class TurboPaths
{
    /// <summary>Which payment token an upload names: it follows the wallet.</summary>
    public static string TokenOf(string chain) =>
        chain switch
        {
            "arweave" or "solana" or "ethereum" => chain,
            // The service has no token for others; it takes their items under its default.
            _ => "arweave",
        };

    public static Uri Upload(Uri service, string token) => At(service, "v1/tx/" + token);

    public static Uri Status(Uri service, string id) => At(service, $"v1/tx/{id}/status");

    public static Uri Info(Uri service) => At(service, "v1/info");

    public static Uri Price(Uri service, long bytes) => At(service, FormattableString.Invariant($"v1/price/bytes/{bytes}"));

    public static Uri Balance(Uri service, string token, string address) =>
        At(service, $"v1/account/balance/{token}?address={Uri.EscapeDataString(address)}");

    private static Uri At(Uri service, string path) => new(new Uri(service.AbsoluteUri.TrimEnd('/') + "/"), path);
}
