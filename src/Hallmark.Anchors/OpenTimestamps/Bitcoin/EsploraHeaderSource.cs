using System.Globalization;
using System.Text;
using Hallmark.Anchors.Http;

namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>A block explorer that speaks Esplora's API: its operator's word for what the chain is.</summary>
/// <param name="http">The bounded client.</param>
/// <param name="address">Where the API begins, such as <c>https://blockstream.info/api</c>.</param>
/// <param name="network">The chain it must follow.</param>
/// <param name="timeout">For one request.</param>
public sealed class EsploraHeaderSource(AnchorHttp http, Uri address, BitcoinNetwork network, TimeSpan timeout) : IBlockHeaderSource
{
    private const int MaxAnswerLength = 1024;

    /// <inheritdoc />
    public BitcoinNetwork Network => network;

    /// <inheritdoc />
    public string Description => $"the block explorer at {address.Authority}";

    /// <inheritdoc />
    public async Task<FoundHeader?> FindAsync(long height, CancellationToken cancellationToken)
    {
        if (await FindTextAsync("block-height/0", cancellationToken).ConfigureAwait(false) != network.GenesisHash)
        {
            throw new AnchorUnavailableException(
                $"the block explorer at {address.Authority} does not follow {network}",
                "name the explorer of that network, or the network of that explorer"
            );
        }

        var path = string.Create(CultureInfo.InvariantCulture, $"block-height/{height}");
        if (await FindTextAsync(path, cancellationToken).ConfigureAwait(false) is not { } hash)
        {
            return null;
        }

        // The hash becomes part of the next address: nothing but a hash may.
        var isHash = hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower);
        var hex = isHash ? await FindTextAsync($"block/{hash}/header", cancellationToken).ConfigureAwait(false) : null;
        var tip = await FindTextAsync("blocks/tip/height", cancellationToken).ConfigureAwait(false);
        return
            BlockHeader.TryParseHex(hex, out var header)
            && header.DisplayedHash == hash
            && header.HasWork(network)
            && long.TryParse(tip, NumberStyles.None, CultureInfo.InvariantCulture, out var top)
            && top >= height
            ? new FoundHeader(header, top - height + 1)
            : throw new AnchorUnavailableException($"the block explorer at {address.Authority} gave no valid header of block {height}");
    }

    private async Task<string?> FindTextAsync(string path, CancellationToken cancellationToken)
    {
        var target = new Uri(address.AbsoluteUri.TrimEnd('/') + "/" + path);
        var answer = await http.GetAsync(target, MaxAnswerLength, timeout, cancellationToken).ConfigureAwait(false);
        return answer.Status == 404 ? null
            : answer.IsSuccess ? Encoding.ASCII.GetString(answer.Body.Span).Trim()
            : throw answer.ToException();
    }
}
