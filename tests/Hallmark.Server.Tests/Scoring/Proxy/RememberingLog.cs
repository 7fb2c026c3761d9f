using System.Collections.Concurrent;
using Hallmark.Core.Events;
using Hallmark.Inference.Predictions;
using Hallmark.Mlflow.Events;

namespace Hallmark.Server.Tests.Scoring.Proxy;

/// <summary>A log in memory that is durable at once.</summary>
internal sealed class RememberingLog : IPredictionLog
{
    /// <summary>What was recorded.</summary>
    public ConcurrentQueue<(PredictionFacts Facts, RecordOptions Options)> Recorded { get; } = [];

    public PredictionPlace? TryReserve() => new Place(this);

    public ValueTask<PredictionPlace> ReserveAsync(CancellationToken cancellationToken) => new(new Place(this));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Place(RememberingLog log) : PredictionPlace
    {
        public override PredictionTicket Record(PredictionFacts facts, string? registrationTransaction, RecordOptions options)
        {
            log.Recorded.Enqueue((facts, options));
            var entry = new LoggedEntry(
                log.Recorded.Count - 1,
                ReadOnlyMemory<byte>.Empty,
                null,
                facts.DecisionId,
                null,
                new string('0', 64),
                null,
                DateTimeOffset.UnixEpoch
            );
            return new PredictionTicket(facts.DecisionId, Task.FromResult(entry));
        }

        protected override void Dispose(bool isDisposing) { }
    }
}
