using Hallmark.Anchors;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Home.Worlds;
using Hallmark.Ledger;
using Hallmark.Ledger.Outbox;
using Hallmark.Mlflow.Events;

namespace Hallmark.Home;

/// <summary>Goes through a home's outbox once. Other processes write the ledger meanwhile.</summary>
/// <param name="options">Where the command runs.</param>
/// <param name="reader">The ledger, to look things up.</param>
/// <param name="ledger">Where changes go.</param>
/// <param name="claims">Keeps two processes from the same work.</param>
/// <param name="newestSize">How many entries the newest checkpoint covers; null where there is none.</param>
/// <param name="anchors">The anchors of the settings.</param>
/// <param name="tools">What they are made with.</param>
/// <param name="stores">The MLflow stores.</param>
internal sealed class OutboxRound(
    SessionOptions options,
    LedgerReader reader,
    EventLedger ledger,
    OutboxClaims claims,
    long? newestSize,
    IReadOnlyList<ConfiguredAnchor> anchors,
    WorldTools tools,
    SessionStores stores
)
{
    /// <inheritdoc cref="Session.DrainOutboxAsync(Action{OutboxStep}?, TimeSpan, CancellationToken)" />
    public async Task<OutboxReport> DrainAsync(Action<OutboxStep>? watch, TimeSpan budget, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(budget, options.Time);
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var drain = new OutboxDrain(0, 0, 0);
        string? unkept = null;
        try
        {
            drain = await DrainAsync(await CreateHandlersAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

            // What was uploaded just now is written back just now.
            var after = await DrainAsync(await CreateUploadHandlersAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            drain = new OutboxDrain(
                drain.Done + after.Done,
                drain.Postponed + after.Postponed,
                drain.Buried + after.Buried,
                drain.Waiting + after.Waiting,
                drain.Elsewhere ?? after.Elsewhere
            );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over; what was done is durable, and the counts below tell what is left.
        }
        catch (UnavailableException failure) when (budget == Timeout.InfiniteTimeSpan)
        {
            // What came of the work cannot be kept: another process writes the ledger for long. The work comes again, with the same effect; a worker says so and goes on.
            unkept = failure.Message;
        }

        return await ReportAsync(drain, unkept, cancellationToken).ConfigureAwait(false);

        async Task<OutboxDrain> DrainAsync(IEnumerable<IOutboxHandler> some)
        {
            using var runner = new OutboxRunner(
                ledger.Outbox,
                some.Select(handler => new WatchedHandler(handler, watch, cancellationToken)),
                options.Settings.Outbox,
                options.Time,
                Random.Shared,
                claims
            );
            return await runner.DrainAsync(noMore.Token).ConfigureAwait(false);
        }
    }

    private async Task<OutboxReport> ReportAsync(OutboxDrain drain, string? unkept, CancellationToken cancellationToken)
    {
        var counts = await reader.Outbox.CountAsync(cancellationToken).ConfigureAwait(false);
        var (toDo, givenUp) = (counts.Sum(count => count.Pending), counts.Sum(count => count.Dead));
        var state = drain.Buried > 0 || toDo == 0 ? OutboxState.Dead : OutboxState.Pending;
        var items = await reader.Outbox.FindAsync(state, kind: null, limit: 1, cancellationToken).ConfigureAwait(false);
        return new OutboxReport(
            drain.Done,
            drain.Postponed,
            drain.Buried,
            toDo,
            counts.Sum(count => count.Waiting),
            givenUp,
            unkept ?? (items.Count > 0 ? items[0].LastError : null) ?? (toDo > 0 ? drain.Elsewhere : null)
        );
    }

    private async Task<IReadOnlyList<IOutboxHandler>> CreateUploadHandlersAsync(CancellationToken cancellationToken)
    {
        var uploads = DirectUploads.Of(options.Settings, tools);
        var kinds = await FindKindsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. kinds
                .Where(UploadWriteBack.IsKind)
                .Select(kind => uploads is null ? (IOutboxHandler)new MissingUploadsHandler(kind) : CreateUploadHandler(uploads, kind)),
        ];
    }

    private UploadWriteBackHandler CreateUploadHandler(DirectUploads uploads, string kind) =>
        new(
            reader,
            ledger.Receipts,
            uploads,
            async (entry, token) => !await reader.Outbox.HasWorkAsync(WriteBackWork.Kind, entry, token).ConfigureAwait(false),
            (uri, _) => Task.FromResult(stores.Reopen(uri)),
            options.Time,
            options.RenderUploadPage,
            kind
        );

    private async Task<IReadOnlyList<IOutboxHandler>> CreateHandlersAsync(CancellationToken cancellationToken)
    {
        var handlers = new List<IOutboxHandler>();
        handlers.AddRange(anchors.Select(anchor => new ConfiguredAnchorHandler(anchor, ledger.Receipts, () => newestSize, options.Time)));
        foreach (var kind in await FindKindsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (WriteBackWork.IsKind(kind))
            {
                handlers.Add(new MlflowWriteBackHandler((uri, _) => Task.FromResult(stores.Reopen(uri)), reader, options.Time, kind));
            }
            else if (PredictionWriteBack.IsKind(kind))
            {
                handlers.Add(new PredictionWriteBackHandler(reader, (uri, _) => Task.FromResult(stores.Reopen(uri)), kind));
            }
            else if (kind.StartsWith(AnchorWork.KindPrefix, StringComparison.Ordinal) && handlers.All(handler => handler.Kind != kind))
            {
                handlers.Add(new MissingAnchorHandler(kind[AnchorWork.KindPrefix.Length..]));
            }
        }

        return handlers;
    }

    private async Task<IEnumerable<string>> FindKindsAsync(CancellationToken cancellationToken) =>
        (await reader.Outbox.CountAsync(cancellationToken).ConfigureAwait(false)).Select(count => count.Kind);
}
