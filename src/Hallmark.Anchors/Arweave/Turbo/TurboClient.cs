using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Anchors.Http;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>
/// Turbo's upload service (<c>turbo-ans104.md</c> §8). An item that is sent again is sent with the same bytes, so its id stays; whether it has to be sent again at all
/// says <see cref="FindStatusAsync"/>. Short failures are tried again at once (mlflow-events.md §8.4), but never an upload whose answer got lost. Of what it answers only the signed members of a receipt are believed, and those only by a key that is pinned, or that the service
/// names over TLS.
/// </summary>
/// <param name="http">The transport.</param>
/// <param name="options">Which service, and which keys.</param>
/// <param name="time">The clock.</param>
public sealed class TurboClient(AnchorHttp http, TurboOptions options, TimeProvider time)
{
    private const int MaxAnswerSize = TurboReceipt.MaxSizeInBytes;
    private static readonly TimeSpan InfoLifetime = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _namedOverTls = new(StringComparer.Ordinal);
    private readonly HttpRetries _retries = new(options.Retries, time);

    /// <summary>Which service, and which keys.</summary>
    public TurboOptions Options { get; } = options;

    /// <summary>Uploads an item.</summary>
    /// <param name="item">The item; sent as it is.</param>
    /// <param name="wallet">Whose balance pays.</param>
    /// <param name="cancellationToken">Ends the upload; whether the service got the item is then not known.</param>
    /// <exception cref="AnchorUnavailableException">No answer, one that may become better later (5xx, 429), too little balance, or one that is not to be believed.</exception>
    /// <exception cref="BadInputException">The service refuses the item for good.</exception>
    public async Task<TurboUpload> UploadAsync(DataItem item, ArweaveWallet wallet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(wallet);
        var address = TurboPaths.Upload(Options.UploadService, TurboPaths.TokenOf(wallet.Chain));
        AnchorAnswer? failed = null;
        var answer = await _retries
            .SendAsync(
                async () =>
                    failed is not null && await FindTakenAsync(failed, item.Id, cancellationToken).ConfigureAwait(false) is { } known
                        ? known
                        : failed = await PostAsync(address, item, cancellationToken).ConfigureAwait(false),
                HttpRetries.HadNoConnection,
                cancellationToken
            )
            .ConfigureAwait(false);
        return answer.Status switch
        {
            200 or 201 => new TurboUpload(await ReadReceiptAsync(answer, item, cancellationToken).ConfigureAwait(false)),
            202 => new TurboUpload(Receipt: null),
            402 => throw answer.ToException(
                $"the wallet has too little credit: {wallet.Chain} address {wallet.NativeAddress}",
                "\"hallmark anchors fund\" shows the address and the balance; credits are bought for that address at https://turbo.ardrive.io"
            ),
            _ when answer.IsTransient || HttpRetries.MayHelp(answer) => throw answer.ToException(),
            >= 400 and < 500 => throw Refused(answer),
            _ => throw answer.ToException("check the address of the upload service in hallmark.json"),
        };
    }

    /// <summary>Asks how the service stands with an item.</summary>
    /// <returns>Null where it does not know the item; up to a second or so after an upload it may not know it yet.</returns>
    /// <exception cref="AnchorUnavailableException">It does not answer, or not in the form of its protocol.</exception>
    public async Task<TurboItemStatus?> FindStatusAsync(string id, CancellationToken cancellationToken)
    {
        if (!ArweaveId.IsWellFormed(id))
        {
            throw new ArgumentException("This is no id of an item.", nameof(id));
        }

        var answer = await GetAsync(TurboPaths.Status(Options.UploadService, id), cancellationToken).ConfigureAwait(false);
        if (answer.Status == 404)
        {
            return null;
        }

        if (answer.Status != 200)
        {
            throw answer.ToException();
        }

        var body = answer.ReadObject();
        var state = TurboText.Find(body["status"]) switch
        {
            "CONFIRMED" => TurboItemState.Confirmed,
            "FINALIZED" => TurboItemState.Finalized,
            "FAILED" => TurboItemState.Failed,
            _ => TurboItemState.Unknown,
        };
        var bundle = TurboText.Find(body["bundleId"]);
        return new TurboItemStatus(
            state,
            TurboText.Find(body["info"]),
            ArweaveId.IsWellFormed(bundle) ? bundle : null,
            TurboText.Find(body["reason"])
        );
    }

    /// <summary>Asks the service for its signing address and its limits.</summary>
    /// <exception cref="AnchorUnavailableException">It does not answer, or not in the form of its protocol.</exception>
    public async Task<TurboServiceInfo> ReadInfoAsync(CancellationToken cancellationToken)
    {
        var answer = await GetAsync(TurboPaths.Info(Options.UploadService), cancellationToken).ConfigureAwait(false);
        if (answer.Status != 200)
        {
            throw answer.ToException();
        }

        var body = answer.ReadObject();
        var address = TurboText.Find((body["addresses"] as JsonObject)?["arweave"]);
        return ArweaveId.IsWellFormed(address)
            ? new TurboServiceInfo(address, TurboText.FindNumber(body["freeUploadLimitBytes"]) ?? 0, TurboText.Find(body["version"]))
            : throw new AnchorUnavailableException(
                $"{answer.Host} does not name the address that it signs receipts with",
                "check the address of the upload service in hallmark.json"
            );
    }

    private Task<AnchorAnswer> GetAsync(Uri address, CancellationToken cancellationToken) =>
        _retries.SendAsync(() => GetOnceAsync(address, cancellationToken), HttpRetries.BrokeOff, cancellationToken);

    private Task<AnchorAnswer> GetOnceAsync(Uri address, CancellationToken cancellationToken) =>
        http.GetAsync(address, MaxAnswerSize, Options.RequestTimeout, cancellationToken);

    private Task<AnchorAnswer> PostAsync(Uri address, DataItem item, CancellationToken cancellationToken) =>
        http.SendAsync(
            () =>
            {
                var content = new ReadOnlyMemoryContent(item.Bytes);
                content.Headers.ContentType = new("application/octet-stream");
                return new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            },
            MaxAnswerSize,
            Options.UploadTimeout,
            cancellationToken
        );

    // A service that failed may have taken the item all the same: only where it denies that the item is sent again. 429 and 413 refused it before they took it.
    private async Task<AnchorAnswer?> FindTakenAsync(AnchorAnswer failed, string id, CancellationToken cancellationToken)
    {
        if (failed.Status < 500)
        {
            return null;
        }

        try
        {
            var status = await GetOnceAsync(TurboPaths.Status(Options.UploadService, id), cancellationToken).ConfigureAwait(false);
            return status.Status switch
            {
                404 => null,
                200 when TurboText.Find(status.ReadObject()["status"]) is not "FAILED" => status with { Status = 202 },
                200 => null,
                _ => failed,
            };
        }
        catch (AnchorUnavailableException)
        {
            return failed;
        }
    }

    private async Task<TurboReceipt> ReadReceiptAsync(AnchorAnswer answer, DataItem item, CancellationToken cancellationToken)
    {
        if (!TurboReceipt.TryParse(answer.Body, out var receipt, out var reason))
        {
            throw Distrusted(answer.Host, "its receipt cannot be read: " + reason);
        }

        var trusted = await FindTrustedAsync(receipt.BundlerAddress, cancellationToken).ConfigureAwait(false);
        var expectation = new TurboReceiptExpectation { BundlerAddresses = trusted };
        var failed = receipt
            .Verify(item, expectation)
            .FirstOrDefault(check => check.IsRequired && check.Outcome is not CheckOutcome.Passed);
        return failed is null ? receipt : throw Distrusted(answer.Host, failed.Detail ?? failed.Name);
    }

    // Pinned addresses are all that counts where there are any. Otherwise the service may name its own, over TLS only: without it whoever sits on the wire could.
    private async Task<IReadOnlyCollection<string>> FindTrustedAsync(string claimed, CancellationToken cancellationToken)
    {
        if (Options.BundlerAddresses.Count > 0)
        {
            return Options.BundlerAddresses;
        }

        if (Options.UploadService.Scheme != Uri.UriSchemeHttps)
        {
            throw new AnchorUnavailableException(
                $"nobody said which key {Options.UploadService.Authority} signs its receipts with",
                "over plain http it cannot be asked: put its address into hallmark.json as \"bundler_addresses\""
            );
        }

        var now = time.GetUtcNow();
        if (_namedOverTls.TryGetValue(claimed, out var at) && now - at < InfoLifetime && now >= at)
        {
            return [claimed];
        }

        var info = await ReadInfoAsync(cancellationToken).ConfigureAwait(false);
        _namedOverTls.Clear();
        _namedOverTls[info.BundlerAddress] = now;
        return [info.BundlerAddress];
    }

    private static AnchorUnavailableException Distrusted(string host, string reason) =>
        new(
            $"{host} took the upload, but what it answered is not to be believed: {reason}",
            "the item's status is asked for before it is sent again"
        );

    private static BadInputException Refused(AnchorAnswer answer) =>
        new(
            answer.ToException().Message,
            answer.Status == 403 ? "the service has blocked this wallet" : "the service refuses the item for good"
        );
}
