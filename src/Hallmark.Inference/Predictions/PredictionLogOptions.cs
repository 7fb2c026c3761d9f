using Hallmark.Core.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>How a log of predictions works.</summary>
public sealed record PredictionLogOptions
{
    /// <summary>How predictions are sealed.</summary>
    public PredictionMode Mode { get; init; }

    /// <summary>
    /// From this many predictions in the last second on, <see cref="PredictionMode.Automatic"/> seals in batches, and below half of it one by one again. 1 to 1,000,000; 20
    /// unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int BatchedFromPerSecond
    {
        get;
        init => field = Within(value, 1, 1_000_000);
    } = 20;

    /// <summary>
    /// How many predictions may be under way: reserved, or filled and not yet on disk. Each takes about 3 KB until it is on disk. 1 to 1,048,576; 2,048 unless set: what comes in
    /// 40 ms at 50,000 a second, and little enough that the collector does not copy tens of megabytes at each collection.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Places
    {
        get;
        init => field = Within(value, 1, 1 << 20);
    } = 2_048;

    /// <summary>Threads that seal. 1 to 64; one for each core, at most 4, unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int SealingThreads
    {
        get;
        init => field = Within(value, 1, 64);
    } = Math.Clamp(System.Environment.ProcessorCount, 1, 4);

    /// <summary>
    /// True where a sealing thread waits for its share of a core instead of interrupting a thread that has one. For servers: while all cores compute, predictions come together by
    /// themselves, so that fewer signatures, commits and changes of threads serve them, and each is on disk some milliseconds later; where a core is idle nothing changes. On Linux.
    /// </summary>
    public bool SealsWithoutInterrupting { get; init; }

    /// <summary>Most predictions that are handed to the ledger at once. 1 to 65,536; 512 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxBatch
    {
        get;
        init => field = Within(value, 1, 65_536);
    } = 512;

    /// <summary>The <c>environment</c> of batched envelopes: <c>dev</c> or <c>production</c>.</summary>
    public string Environment { get; init; } = "production";

    /// <summary>The <c>producer_id</c> in the records of batched predictions, such as the ledger's name; or null.</summary>
    public string? ProducerId { get; init; }

    /// <summary>How long a log whose disk refused takes nothing, before it tries again. 1 second unless set.</summary>
    public TimeSpan PauseAfterFailure { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the disposal waits for places that are reserved and not filled. 30 seconds unless set.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The work that becomes durable together with a prediction, such as tags and files for MLflow; or null for none. Called on sealing threads: quick, and safe for several
    /// threads.
    /// </summary>
    public Func<SealedPrediction, IReadOnlyList<OutboxWork>>? DescribeWork { get; init; }

    private static int Within(int value, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }
}
