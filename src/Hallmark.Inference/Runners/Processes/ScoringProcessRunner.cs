using System.Net.Sockets;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>
/// Runs a model in a child process that serves the verified copy and speaks MLflow's scoring protocol. A process that dies is started again after pauses that grow; a
/// prediction in between, or under way when it died, is refused with <c>RetryAfter</c> and never repeated by itself. The process ends with this one.
/// </summary>
public sealed class ScoringProcessRunner : IModelRunner
{
    /// <summary>Runners of this kind.</summary>
    public const string KindName = "process";

    private static readonly TimeSpan EndIsKnownWithin = TimeSpan.FromMilliseconds(250);
    private readonly ScoringChildPlan _plan;
    private readonly ModelSignature _signature;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _supervision;
    private ScoringChild? _child;
    private ScoringOutage _outage;
    private int _isDisposed;

    private ScoringProcessRunner(ScoringChildPlan plan, ScoringChild child)
    {
        _plan = plan;
        _signature = plan.Signature;
        _child = child;
        LastLines = child.LastLines;
        _outage = new ScoringOutage($"{plan.Name} is being started", plan.Time.GetTimestamp());
        _supervision = Task.Run(() => SuperviseAsync(child));
    }

    /// <inheritdoc />
    public string Kind => KindName;

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Inputs => _signature.Inputs;

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Outputs => _signature.Outputs;

    /// <summary>The id of the process that runs now; null while none does.</summary>
    public int? ProcessId => Volatile.Read(ref _child)?.ProcessId;

    /// <inheritdoc />
    public bool IsReady => ProcessId is not null;

    /// <summary>The last lines (at most 50) that the process, or the one before it, wrote. They may hold what its author prints of inputs.</summary>
    public IReadOnlyList<string> LastLines
    {
        get => Volatile.Read(ref _child)?.LastLines ?? field;
        private set;
    }

    /// <summary>What of the process ends with this one, also where this one is killed.</summary>
    public static TetherStrength Tether => ProcessTether.Strength;

    /// <summary>Starts a process on a model that was verified, and waits until it is ready.</summary>
    /// <exception cref="ModelRunException">It does not start.</exception>
    internal static async Task<ScoringProcessRunner> StartAsync(ScoringChildPlan plan, CancellationToken cancellationToken) =>
        new(plan, await ScoringChild.StartAsync(plan, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc />
    public async Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        var child = Volatile.Read(ref _child) ?? throw Volatile.Read(ref _outage).ToException(_plan.Time);
        try
        {
            return await child.PredictAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is UnavailableException or ObjectDisposedException)
        {
            // A connection breaks a little earlier than the end of its process is known.
            var isBroken = fault.InnerException is HttpRequestException or IOException;
            if (isBroken)
            {
                await Task.WhenAny(child.Exited, Task.Delay(EndIsKnownWithin, _plan.Time, cancellationToken)).ConfigureAwait(false);
            }

            if (child.Exited.IsCompleted)
            {
                throw new UnavailableException($"{_plan.Name} ended while it answered ({child.DescribeEnd()})", fault)
                {
                    RetryAfter = _plan.Options.FirstPause,
                };
            }

            if (fault is ObjectDisposedException && _isDisposed == 0)
            {
                // It is being ended because it hung.
                throw Volatile.Read(ref _outage).ToException(_plan.Time);
            }

            if (isBroken)
            {
                throw new UnavailableException(fault.Message, fault) { RetryAfter = _plan.Options.FirstPause };
            }

            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _stopAsked.SetResult();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _supervision.ConfigureAwait(false);
        _stopping.Dispose();
        _plan.RemoveFolder();
    }

    private async Task SuperviseAsync(ScoringChild first)
    {
        var pauses = new RestartPauses(_plan.Options.FirstPause, _plan.Options.LongestPause);
        for (ScoringChild? child = first; ; )
        {
            var pause = pauses.Next();
            if (child is not null)
            {
                var since = _plan.Time.GetTimestamp();
                var how = await WaitForEndAsync(child).ConfigureAwait(false);
                if (_stopAsked.Task.IsCompleted)
                {
                    Volatile.Write(ref _child, null);
                    await child.StopAsync().ConfigureAwait(false);
                    await child.DisposeAsync().ConfigureAwait(false);
                    return;
                }

                pause = pauses.NextAfter(_plan.Time.GetElapsedTime(since), pause);
                await BuryAsync(child, how, pause).ConfigureAwait(false);
            }
            else
            {
                SetOutage(Volatile.Read(ref _outage).Why, pause);
            }

            try
            {
                await Task.Delay(pause, _plan.Time, _stopping.Token).ConfigureAwait(false);
                await _plan.RequireUnchangedAsync(_stopping.Token).ConfigureAwait(false);
                child = await ScoringChild.StartAsync(_plan, _stopping.Token).ConfigureAwait(false);
                Volatile.Write(ref _child, child);
                Tell($"{_plan.Name} runs again");
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is HallmarkException or IOException or UnauthorizedAccessException or SocketException)
            {
                child = null;
                SetOutage(fault is IntegrityException ? fault.Message : $"{fault.Message}, and is tried again", TimeSpan.Zero);
                Tell(fault.Message);
            }
        }
    }

    // How it ended, as a sentence; whatever it is where we are asked to stop.
    private async Task<string> WaitForEndAsync(ScoringChild child)
    {
        while (true)
        {
            await Task.WhenAny(child.Exited, child.Suspected, _stopAsked.Task).ConfigureAwait(false);
            if (_stopAsked.Task.IsCompleted)
            {
                return "";
            }

            if (child.Exited.IsCompleted)
            {
                return $"{_plan.Name} ended by itself ({child.DescribeEnd()})";
            }

            try
            {
                if (await child.IsHangingAsync(_stopping.Token).ConfigureAwait(false))
                {
                    return $"{_plan.Name} answered nothing any more and was ended";
                }
            }
            catch (OperationCanceledException)
            {
                // Seen above.
            }
        }
    }

    private async Task BuryAsync(ScoringChild child, string how, TimeSpan pause)
    {
        SetOutage($"{how} and is started again", pause);
        LastLines = child.LastLines;
        Volatile.Write(ref _child, null);
        await child.StopAsync().ConfigureAwait(false);
        await child.DisposeAsync().ConfigureAwait(false);
        LastLines = child.LastLines;
        Tell(how);
    }

    private void Tell(string sentence)
    {
        try
        {
            _plan.Options.Notice?.Invoke(sentence);
        }
        catch (Exception)
        {
            // A log that is gone (a closed terminal) must not end the supervision, and with it the process's restarts.
        }
    }

    private void SetOutage(string why, TimeSpan pause) =>
        Volatile.Write(
            ref _outage,
            new ScoringOutage(why, _plan.Time.GetTimestamp() + (long)(pause.TotalSeconds * _plan.Time.TimestampFrequency))
        );
}
