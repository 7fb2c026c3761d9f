using System.Collections.Concurrent;
using Hallmark.Core.Json;

namespace Hallmark.Core.Evidence;

/// <summary>One question to one gateway: are these the bytes published under this transaction id (envelope family §12.3)?</summary>
public sealed class CheckpointFetch
{
    private const int AtOnce = 8;
    private readonly byte[] _expected;

    internal CheckpointFetch(string gateway, string txId, byte[] expected)
    {
        Gateway = gateway;
        TxId = txId;
        Url = UrlOf(gateway, txId);
        _expected = expected;
    }

    /// <summary>The gateway as the caller named it.</summary>
    public string Gateway { get; }

    /// <summary>The transaction id: letters, digits, <c>-</c> and <c>_</c> only.</summary>
    public string TxId { get; }

    /// <summary>The gateway without trailing slashes, a slash, and the id.</summary>
    public string Url { get; }

    /// <summary>Compares what a gateway gave: the very bytes, or JSON of the same canonical form.</summary>
    public GatewayOutcome Judge(ReadOnlySpan<byte> published)
    {
        if (published.SequenceEqual(_expected))
        {
            return GatewayOutcome.Confirm;
        }

        try
        {
            // Canonical JSON only loses white space, escapes and digits; what is much longer is something else and is not worth reading.
            return
                published.Length <= 64 * (_expected.Length + 1024L)
                && CanonicalJson.Canonicalize(published, DuplicateNames.KeepLast).AsSpan().SequenceEqual(_expected)
                ? GatewayOutcome.Confirm
                : GatewayOutcome.Mismatch;
        }
        catch (JsonRejectedException)
        {
            return GatewayOutcome.Mismatch;
        }
    }

    /// <summary>Whether an id may be put into an address: 1 to 128 letters, digits, <c>-</c> and <c>_</c>. Others could lead somewhere else on the host.</summary>
    internal static bool IsFit(string txId) =>
        txId.Length is > 0 and <= 128 && txId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    internal static string UrlOf(string gateway, string txId) => gateway.TrimEnd('/') + "/" + txId;

    internal static async Task<IReadOnlyDictionary<string, GatewayOutcome>> JudgeAllAsync(
        IReadOnlyList<CheckpointFetch> fetches,
        FetchPublished fetch,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new ConcurrentDictionary<string, GatewayOutcome>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel
            .ForEachAsync(
                fetches,
                options,
                async (question, token) => outcomes[question.Url] = await question.AskAsync(fetch, token).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return outcomes;
    }

    private async ValueTask<GatewayOutcome> AskAsync(FetchPublished fetch, CancellationToken cancellationToken)
    {
        try
        {
            return await fetch(Url, cancellationToken).ConfigureAwait(false) is { } published
                ? Judge(published.Span)
                : GatewayOutcome.Unreachable;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return GatewayOutcome.Unreachable;
        }
    }
}
