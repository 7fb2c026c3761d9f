namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>Which bundler is used, and which of its keys are trusted.</summary>
public sealed record TurboOptions
{
    /// <summary>The upload service unless another is set.</summary>
    public static Uri DefaultUploadService { get; } = new("https://upload.ardrive.io");

    /// <summary>The payment service unless another is set.</summary>
    public static Uri DefaultPaymentService { get; } = new("https://payment.ardrive.io");

    /// <summary>Where items are uploaded. Whoever runs it can refuse, delay and lose items; it cannot change them.</summary>
    public Uri UploadService { get; init; } = DefaultUploadService;

    /// <summary>Where balances and prices are asked for; null where the bundler has none.</summary>
    public Uri? PaymentService { get; init; } = DefaultPaymentService;

    /// <summary>
    /// The addresses of the bundler's signing keys, 43 characters each. With none, the service's own word over TLS counts at the upload, and a receipt cannot be checked
    /// offline later.
    /// </summary>
    public IReadOnlyList<string> BundlerAddresses { get; init; } = [];

    /// <summary>For one upload, answer included; 60 seconds unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan UploadTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is sent again within one try, where that does no harm; 0 to 10, 2 unless set (mlflow-events.md §8.4).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Retries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 10);
            field = value;
        }
    } = 2;

    /// <summary>For every other request; 10 seconds unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan RequestTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);
}
