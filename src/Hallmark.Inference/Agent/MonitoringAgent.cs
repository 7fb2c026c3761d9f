using System.Collections.Immutable;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Files;
using Hallmark.Inference.Status;

namespace Hallmark.Inference.Agent;

/// <summary>
/// The server side of the status contract (mlflow-events.md §14): watches the assets of a policy, answers how each stands, and has an event of <c>ario.agent/v1</c> made
/// of everything that happens to them. What it saw is durable before it goes on; after a sudden end it goes on where it was, with the baselines of the ledger.
/// </summary>
public sealed class MonitoringAgent : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FlushPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(5);
    private readonly TimeProvider _time;
    private readonly Action<string> _tell;
    private readonly AgentEventLog _log;
    private readonly LeafWindow _leaves;
    private readonly ImmutableDictionary<string, AssetWatch> _watches;
    private readonly SemaphoreSlim _looking = new(Math.Max(2, Environment.ProcessorCount));
    private string? _lastComplaint;

    private MonitoringAgent(AgentPolicy policy, AgentEventLog log, LeafWindow leaves, TimeProvider time, Action<string> tell)
    {
        _time = time;
        _tell = tell;
        _log = log;
        _leaves = leaves;
        _watches = policy.Assets.ToImmutableDictionary(
            asset => asset.AssetId,
            asset => new AssetWatch(policy, asset, log, leaves, time),
            StringComparer.Ordinal
        );
    }

    /// <summary>Makes an agent ready; nothing is looked at yet. Ends what an earlier process left half done.</summary>
    /// <param name="policy">What is watched.</param>
    /// <param name="folder">The agent's state; the caller closes it after the agent.</param>
    /// <param name="ledger">Where events go.</param>
    /// <param name="ids">Where event ids come from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Gets one sentence when an asset stands otherwise than before, and when something cannot be done now; called from several threads.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="HallmarkException">The state folder is damaged, or the ledger is, or the disk refuses.</exception>
    public static async Task<MonitoringAgent> StartAsync(
        AgentPolicy policy,
        AgentFolder folder,
        IAgentLedger ledger,
        IEventIds ids,
        TimeProvider time,
        Action<string> tell,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(folder);
        var log = new AgentEventLog(policy, ledger, AgentJournal.Open(folder), ids, time);
        try
        {
            await NotePolicyAsync(policy, folder, log, cancellationToken).ConfigureAwait(false);
            var leaves = await LeafWindow.OpenAsync(policy, folder, log, time, cancellationToken).ConfigureAwait(false);
            return new MonitoringAgent(policy, log, leaves, time, tell);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>How an asset stands; null where it is not in the policy. From memory: what the last look found, and how old that is.</summary>
    public AssetStatus? FindStatus(string assetId) => _watches.TryGetValue(assetId, out var watch) ? watch.Answer() : null;

    /// <summary>Looks at every asset once, whether it is due or not, and brings what was found into the ledger.</summary>
    /// <exception cref="HallmarkException">What was found could not be kept, or the ledger cannot be written now: then it waits in the state folder.</exception>
    public async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        foreach (var watch in _watches.Values.OrderBy(watch => watch.Asset.Index))
        {
            Tell(await watch.LookAsync(cancellationToken).ConfigureAwait(false));
        }

        _ = _leaves.CloseIfDue();
        await _log.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Watches until cancelled. What could not be written into the ledger by then is in the state folder for the next start.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // One loop that ends by a mistake of ours ends all: an asset that nobody looks at any more must not go unnoticed among those that are.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(
                _watches
                    .Values.Select(watch => EndAllWithAsync(WatchAsync(watch, ending.Token), ending))
                    .Append(EndAllWithAsync(KeepAsync(ending.Token), ending))
            )
            .ConfigureAwait(false);
        using var late = new CancellationTokenSource(LastFlush, _time);
        try
        {
            await _log.FlushAsync(late.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsOutside(fault) || fault is OperationCanceledException)
        {
            _tell("not all events are in the ledger yet; the next start brings them in");
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        _looking.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WatchAsync(AssetWatch watch, CancellationToken cancellationToken)
    {
        using var hint = ChangeHint.Of(watch.Asset);
        try
        {
            while (true)
            {
                await LookAsync(watch, cancellationToken).ConfigureAwait(false);

                // However fast the asset changes, and however short its interval, the disk has a second's rest between two looks.
                await Task.Delay(Tick, _time, cancellationToken).ConfigureAwait(false);
                while (watch.UntilNextLook > TimeSpan.Zero)
                {
                    // In short steps: a clock that was set, or a machine that slept, must not put the next look off.
                    var step = watch.UntilNextLook < Tick ? watch.UntilNextLook : Tick;
                    if (
                        await hint.WaitAsync(step, _time, cancellationToken).ConfigureAwait(false)
                        || await watch.HasNewBaselineAsync(cancellationToken).ConfigureAwait(false)
                    )
                    {
                        break;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task LookAsync(AssetWatch watch, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Tell(await watch.LookAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception fault) when (IsOutside(fault))
        {
            Complain(fault);
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    _ = _leaves.CloseIfDue();
                    await _log.FlushAsync(cancellationToken).ConfigureAwait(false);
                    _lastComplaint = null;
                }
                catch (Exception fault) when (IsOutside(fault))
                {
                    Complain(fault);
                }

                await Task.Delay(FlushPause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private static async Task NotePolicyAsync(
        AgentPolicy policy,
        AgentFolder folder,
        AgentEventLog log,
        CancellationToken cancellationToken
    )
    {
        var key = AgentSubjects.Policy(policy);
        var last = await log.FindNewestPayloadAsync(key, cancellationToken).ConfigureAwait(false);
        var previous = last is null ? EnvelopeDrafts.Genesis : PayloadText.Find(last, "new_policy_hash") ?? EnvelopeDrafts.Genesis;
        if (previous == policy.Hash)
        {
            return;
        }

        var copy = Path.Combine(folder.PoliciesFolder, previous + ".json");
        var before = previous != EnvelopeDrafts.Genesis && File.Exists(copy) ? File.ReadAllBytes(copy) : [];
        _ = NewFile.TryCreate(
            Path.Combine(folder.PoliciesFolder, policy.Hash + ".json"),
            policy.Content.Span,
            UnixFileMode.UserRead | UnixFileMode.UserWrite
        );
        var difference = PolicyDifference.Between(before, policy.Content.Span);
        log.Add(AgentEvents.PolicyChanged, key, AgentPayloads.PolicyChanged(policy, previous, difference, log.Now));
    }

    private static async Task EndAllWithAsync(Task loop, CancellationTokenSource ending)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch
        {
            await ending.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The disk or the ledger is in the way: it may be better in a moment.
    private static bool IsOutside(Exception fault) => fault is HallmarkException or IOException or UnauthorizedAccessException;

    private void Tell(string? sentence)
    {
        if (sentence is not null)
        {
            _tell(sentence);
        }
    }

    private void Complain(Exception fault)
    {
        if (Interlocked.Exchange(ref _lastComplaint, fault.Message) != fault.Message)
        {
            _tell($"not now: {fault.Message}");
        }
    }
}
