namespace Hallmark.Home.Settings;

/// <summary>Where Bitcoin's block headers come from; exactly one of the three. Who controls it can make a block up, and so date a proof wrongly.</summary>
/// <param name="Rpc">A node's RPC address; its credentials come from <c>HALLMARK_BITCOIN_RPC_USER</c> and <c>HALLMARK_BITCOIN_RPC_PASSWORD</c>, or from the cookie file.</param>
/// <param name="CookieFile">The node's cookie file, for the RPC; or null.</param>
/// <param name="Headers">A file of headers, 80 bytes each, from block 0.</param>
/// <param name="Esplora">An Esplora server.</param>
public sealed record BitcoinSettings(Uri? Rpc, string? CookieFile, string? Headers, Uri? Esplora);
