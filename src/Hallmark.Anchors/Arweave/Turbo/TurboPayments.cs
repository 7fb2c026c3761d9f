using System.Globalization;
using System.Numerics;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Anchors.Http;

namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>Turbo's payment service (<c>turbo-ans104.md</c> §8.5): what an upload costs and what an account holds, in winston credits. Asks only; never pays.</summary>
/// <param name="http">The transport.</param>
/// <param name="options">Which service.</param>
public sealed class TurboPayments(AnchorHttp http, TurboOptions options)
{
    private const int MaxAnswerSize = 256 * 1024;
    private const int MaxDigits = 40;

    /// <summary>What uploading so many bytes costs, in winston credits.</summary>
    /// <exception cref="AnchorUnavailableException">There is no such service, it does not answer, or not with a number.</exception>
    public async Task<BigInteger> ReadPriceAsync(long bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var answer = await GetAsync(TurboPaths.Price(RequireService(), bytes), cancellationToken).ConfigureAwait(false);
        return answer.Status == 200 ? ReadCredits(answer) : throw answer.ToException();
    }

    /// <summary>What the account of a wallet holds, in winston credits; zero where there is no account yet.</summary>
    /// <exception cref="AnchorUnavailableException">There is no such service, it does not answer, or not with a number.</exception>
    public async Task<BigInteger> ReadBalanceAsync(ArweaveWallet wallet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        var address = TurboPaths.Balance(RequireService(), TurboPaths.TokenOf(wallet.Chain), wallet.NativeAddress);
        var answer = await GetAsync(address, cancellationToken).ConfigureAwait(false);
        return answer.Status switch
        {
            200 => ReadCredits(answer),
            404 => BigInteger.Zero,
            _ => throw answer.ToException(),
        };
    }

    private Uri RequireService() =>
        options.PaymentService
        ?? throw new AnchorUnavailableException(
            "no payment service is configured",
            "set \"payment_service\" of the anchor in hallmark.json"
        );

    private Task<AnchorAnswer> GetAsync(Uri address, CancellationToken cancellationToken) =>
        http.GetAsync(address, MaxAnswerSize, options.RequestTimeout, cancellationToken);

    private static BigInteger ReadCredits(AnchorAnswer answer) =>
        TurboText.Find(answer.ReadObject()["winc"]) is { Length: <= MaxDigits } digits
        && BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var credits)
            ? credits
            : throw new AnchorUnavailableException(
                $"{answer.Host} answered without a number of credits",
                "check the address of the payment service in hallmark.json"
            );
}
