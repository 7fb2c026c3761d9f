namespace Hallmark.Server.Scoring;

/// <summary>What a scoring server takes on at most.</summary>
public sealed record ScoringLimits
{
    /// <summary>What <see cref="MaxBodySizeInBytes"/> can be.</summary>
    public static LimitRange<int> BodySizesInBytes { get; } = new(1 << 10, 256 << 20);

    /// <summary>What <see cref="MaxConcurrentPredictions"/> can be.</summary>
    public static LimitRange<int> ConcurrentPredictions { get; } = new(1, 4_096);

    /// <summary>What <see cref="MaxQueuedPredictions"/> can be.</summary>
    public static LimitRange<int> QueuedPredictions { get; } = new(0, 65_536);

    /// <summary>What <see cref="PredictionsPerSecond"/> can be where it is not null.</summary>
    public static LimitRange<int> Rates { get; } = new(1, 1_000_000);

    /// <summary>What <see cref="PredictionTime"/> can be.</summary>
    public static LimitRange<TimeSpan> PredictionTimes { get; } = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));

    /// <summary>What <see cref="DrainDelay"/> can be.</summary>
    public static LimitRange<TimeSpan> DrainDelays { get; } = new(TimeSpan.Zero, TimeSpan.FromMinutes(10));

    /// <summary>What <see cref="DrainTime"/> can be.</summary>
    public static LimitRange<TimeSpan> DrainTimes { get; } = new(TimeSpan.Zero, TimeSpan.FromHours(1));

    /// <summary>The largest body of a request; 1 kB to 256 MB, 16 MB unless set. More is answered with 413.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxBodySizeInBytes
    {
        get;
        init => field = BodySizesInBytes.Require(value);
    } = 16 << 20;

    /// <summary>The bodies of all requests at hand together; 1 MB to 1 GB, 128 MB unless set. More is answered with 429. A body costs several times its size once it is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxBodiesInBytes
    {
        get;
        init => field = Within(value, 1 << 20, 1 << 30);
    } = 128 << 20;

    /// <summary>Predictions under way at once; 1 to 4,096, 64 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxConcurrentPredictions
    {
        get;
        init => field = ConcurrentPredictions.Require(value);
    } = 64;

    /// <summary>Requests that wait for their turn; 0 to 65,536, 256 unless set. More are answered with 429.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxQueuedPredictions
    {
        get;
        init => field = QueuedPredictions.Require(value);
    } = 256;

    /// <summary>Connections at once; 1 to 65,536, 1,024 unless set. More are closed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxConnections
    {
        get;
        init => field = Within(value, 1, 65_536);
    } = 1_024;

    /// <summary>Predictions a second for each caller (API key, client certificate, else address), with a burst of one second's worth; 1 to 1,000,000, or null for any number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int? PredictionsPerSecond
    {
        get;
        init => field = value is { } rate ? Rates.Require(rate) : null;
    }

    /// <summary>How long a request's headers may take, the handshake before them too; 100 ms to 5 min, 10 s unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan HeaderTime
    {
        get;
        init => field = Within(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
    } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request's body may take; 100 ms to 1 h, 30 s unless set. Longer is answered with 408.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan BodyTime
    {
        get;
        init => field = Within(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long a prediction may take from its turn to its receipt; 1 ms to 1 h, 60 s unless set. Longer is answered with 504. As long a request waits for its turn; then it is answered with 429.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan PredictionTime
    {
        get;
        init => field = PredictionTimes.Require(value);
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a server that is stopped goes on as before, but says that it is not ready, so that whoever shares requests out sends no more; 0 to 10 min, none unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan DrainDelay
    {
        get;
        init => field = DrainDelays.Require(value);
    }

    /// <summary>How long a server that takes nothing new any more lets requests under way end; 0 to 1 h, 30 s unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan DrainTime
    {
        get;
        init => field = DrainTimes.Require(value);
    } = TimeSpan.FromSeconds(30);

    private static T Within<T>(T value, T least, T most)
        where T : IComparable<T> => new LimitRange<T>(least, most).Require(value);
}
