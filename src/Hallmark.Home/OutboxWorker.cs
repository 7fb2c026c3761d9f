using Hallmark.Core.Failures;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>
/// Does the outbox's work as it comes and becomes due, until it is told to stop. It looks whether something is due without the ledger's lock, and holds it only for each
/// change, not while it sends, so that other commands can record meanwhile. Settings are read anew each time.
/// </summary>
/// <param name="open">Opens what one round works with.</param>
/// <param name="home">The home.</param>
/// <param name="poll">The pause between two looks.</param>
/// <param name="time">The clock.</param>
public sealed class OutboxWorker(Func<Session> open, HomeFolder home, TimeSpan poll, TimeProvider time)
{
    /// <summary>How long a round starts further pieces of work; those under way end after it.</summary>
    public static TimeSpan RoundBudget { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Works until cancelled; then the ledger is closed, and what was under way is in the outbox for the next start.</summary>
    /// <param name="watch">Is told of each piece of work that was tried; called from several threads.</param>
    /// <param name="complain">Is told why a round could not be done now; the next one tries again.</param>
    /// <param name="cancellationToken">Stops the worker.</param>
    /// <exception cref="HallmarkException">Something is wrong that waiting does not mend: faulty settings, a damaged ledger.</exception>
    public async Task RunAsync(Action<OutboxStep> watch, Action<string> complain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(watch);
        ArgumentNullException.ThrowIfNull(complain);
        string? last = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await HasWorkAsync(cancellationToken).ConfigureAwait(false))
                {
                    var session = open();
                    await using (session.ConfigureAwait(false))
                    {
                        _ = await session.DrainOutboxAsync(watch, RoundBudget, cancellationToken).ConfigureAwait(false);
                    }
                }

                last = null;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (UnavailableException failure)
            {
                if (failure.Message != last)
                {
                    complain(failure.Message);
                    last = failure.Message;
                }
            }

            try
            {
                await Task.Delay(poll, time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Whether work is due, or entries are not under a checkpoint yet. Takes no lock.</summary>
    public async Task<bool> HasWorkAsync(CancellationToken cancellationToken)
    {
        if (!LedgerReader.Exists(home.LedgerFolder))
        {
            return false;
        }

        using var reader = LedgerReader.Open(home.LedgerFolder);
        if (await reader.Outbox.FindNextDueAsync(cancellationToken).ConfigureAwait(false) is { } due && due <= time.GetUtcNow())
        {
            return true;
        }

        var latest = await reader.FindLatestCheckpointAsync(cancellationToken).ConfigureAwait(false);
        return await reader.CountAsync(cancellationToken).ConfigureAwait(false) > (latest?.Size ?? 0);
    }
}
