using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Scoring;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>One started scoring process that said it is ready, with the client that speaks to it.</summary>
internal sealed class ScoringChild : IAsyncDisposable
{
    private const int MaxTries = 5;
    private const int MaxTimeouts = 3;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(500);
    private readonly ChildProcess _process;
    private readonly ScoringClient _client;
    private readonly ScoringEndpoint _endpoint;
    private readonly ScoringChildPlan _plan;
    private TaskCompletionSource _suspected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _timeouts;

    private ScoringChild(ChildProcess process, ScoringClient client, ScoringEndpoint endpoint, ScoringChildPlan plan)
    {
        (_process, _client, _endpoint, _plan) = (process, client, endpoint, plan);
    }

    /// <summary>Ends when several predictions in a row got no answer in time: it may hang.</summary>
    public Task Suspected => Volatile.Read(ref _suspected).Task;

    /// <summary>Its id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Ends when the process has ended.</summary>
    public Task Exited => _process.Exited;

    /// <summary>What it wrote last.</summary>
    public IReadOnlyList<string> LastLines => _process.LastLines;

    /// <summary>How it ended; only after it has.</summary>
    public string DescribeEnd() => _process.DescribeEnd();

    /// <summary>Asks for one prediction; see <see cref="ScoringClient.PredictAsync"/>.</summary>
    public async Task<ModelOutput> PredictAsync(ModelInput input, CancellationToken cancellationToken)
    {
        try
        {
            var output = await _client.PredictAsync(input, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _timeouts, 0);
            return output;
        }
        catch (UnavailableException late) when (late.InnerException is OperationCanceledException)
        {
            if (Interlocked.Increment(ref _timeouts) >= MaxTimeouts)
            {
                Volatile.Read(ref _suspected).TrySetResult();
            }

            throw;
        }
    }

    /// <summary>Asks a suspected process once more; it is free of suspicion afterwards.</summary>
    /// <returns>True where it lives and answers nothing, not even whether it is ready.</returns>
    public async Task<bool> IsHangingAsync(CancellationToken cancellationToken)
    {
        var isSilent = await _client.FindReadinessAsync(cancellationToken).ConfigureAwait(false) is null;
        Volatile.Write(ref _timeouts, 0);
        Volatile.Write(ref _suspected, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return isSilent && !Exited.IsCompleted;
    }

    /// <summary>Starts a process and waits until it is ready. A port that somebody else was faster to take is given up for another one.</summary>
    /// <exception cref="ModelRunException">It does not start, ends, or is not ready in time.</exception>
    public static async Task<ScoringChild> StartAsync(ScoringChildPlan plan, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (await TryStartAsync(plan, isLast: tries == MaxTries, cancellationToken).ConfigureAwait(false) is { } child)
            {
                return child;
            }
        }
    }

    /// <summary>Asks the process to end, and kills it after a while.</summary>
    public async Task StopAsync()
    {
        _client.Dispose();
        await _process.StopAsync(_plan.Options.StopTimeout, _plan.Time).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ScoringChild?> TryStartAsync(ScoringChildPlan plan, bool isLast, CancellationToken cancellationToken)
    {
        var endpoint = plan.FindEndpoint();
        var (process, client) = plan.Start(endpoint);
        var child = new ScoringChild(process, client, endpoint, plan);
        var isReady = false;
        try
        {
            isReady = await child.WaitUntilReadyAsync(isLast, cancellationToken).ConfigureAwait(false);
            return isReady ? child : null;
        }
        finally
        {
            if (!isReady)
            {
                await child.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // False where somebody else has the port.
    private async Task<bool> WaitUntilReadyAsync(bool isLast, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(_plan.Options.StartTimeout, _plan.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        int? answered = null;
        try
        {
            for (var pause = FirstLook; ; pause = pause * 2 < LongestLook ? pause * 2 : LongestLook)
            {
                if (_process.Exited.IsCompleted)
                {
                    return !isLast && _endpoint.IsTaken() ? false : throw await DescribeEarlyEndAsync().ConfigureAwait(false);
                }

                if ((answered = await _client.FindReadinessAsync(limit.Token).ConfigureAwait(false)) == 200)
                {
                    return IsOurs()
                        || (isLast ? throw Failure($"somebody else listens on the port {_endpoint.Port} that it was given", []) : false);
                }

                using var pausing = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
                await Task.WhenAny(_process.Exited, Task.Delay(pause, _plan.Time, pausing.Token)).ConfigureAwait(false);
                await pausing.CancelAsync().ConfigureAwait(false);
                limit.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var how = answered is { } status ? $"it answers HTTP {status} at /ping" : "nothing answers at /ping";
            throw Failure($"was not ready within {_plan.Options.StartTimeout.TotalSeconds:0.#} s: {how}", LastLines);
        }
    }

    private bool IsOurs() =>
        _endpoint.SocketPath is not null
        || PortListeners.Find(_endpoint.Port, ProcessId) switch
        {
            PortListener.Foreign => false,
            PortListener.OursForEverybody => throw Failure(
                "listens on more than the loopback interface, so that everybody on the network could ask it",
                [],
                $"have it listen on {ScoringEndpoint.Host}: put {{host}} into its command"
            ),
            _ => true,
        };

    private async Task<ModelRunException> DescribeEarlyEndAsync()
    {
        await _process.WaitForOutputAsync().ConfigureAwait(false);
        return Failure($"ended before it was ready ({DescribeEnd()})", LastLines);
    }

    private ModelRunException Failure(string what, IReadOnlyList<string> lines, params string[] hints) =>
        new(
            $"{_plan.Name} {what}",
            cause: null,
            [.. hints, .. lines.Count == 0 ? (string[])[] : ["its last lines:", .. lines.Select(static line => "  " + line)]]
        );
}
