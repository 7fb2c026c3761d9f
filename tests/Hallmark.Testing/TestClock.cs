using System.Diagnostics;

namespace Hallmark.Testing;

/// <summary>
/// A clock for time limits. It runs as the machine's does, so that pauses pass; the test moves it ahead where a time is to run out, and may stop it where none must.
/// Limits can then be as long as the slowest machine needs.
/// </summary>
/// <param name="runs">False for a clock that stands still but for <see cref="Advance"/>.</param>
public sealed class TestClock(bool runs = true) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private readonly Stopwatch _running = runs ? Stopwatch.StartNew() : new Stopwatch();
    private TimeSpan _ahead;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How long it has run and was moved.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return _running.Elapsed + _ahead;
            }
        }
    }

    /// <inheritdoc />
    public override long GetTimestamp() => Elapsed.Ticks;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Beginning + Elapsed;

    /// <summary>Moves the clock. What is due then goes off before this returns: once each, however long the step.</summary>
    /// <param name="by">How far; not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Alarm[] alarms;
        lock (_gate)
        {
            _ahead += by;
            alarms = [.. _alarms.OrderBy(static alarm => alarm.DueAt)];
        }

        Array.ForEach(alarms, static alarm => alarm.Look());
    }

    /// <summary>From now on it moves only by <see cref="Advance"/>.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _running.Stop();
        }
    }

    /// <summary>From now on it runs, again.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _running.Start();
        }

        Advance(TimeSpan.Zero);
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        lock (_gate)
        {
            _alarms.Add(alarm);
        }

        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm : ITimer
    {
        private readonly TestClock _clock;
        private readonly Action _ring;
        private readonly Timer _real;
        private TimeSpan _period;

        public Alarm(TestClock clock, Action ring)
        {
            (_clock, _ring) = (clock, ring);
            _real = new Timer(static alarm => ((Alarm)alarm!).Look(), this, Timeout.Infinite, Timeout.Infinite); // ! it is this
        }

        /// <summary>By <see cref="Elapsed"/>.</summary>
        public TimeSpan DueAt { get; private set; } = TimeSpan.MaxValue;

        /// <summary>Goes off where it is due, else waits on.</summary>
        public void Look()
        {
            lock (_clock._gate)
            {
                var now = _clock.Elapsed;
                if (now < DueAt)
                {
                    Wait();
                    return;
                }

                DueAt = _period > TimeSpan.Zero ? now + _period : TimeSpan.MaxValue;
                Wait();
            }

            _ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._gate)
            {
                DueAt = dueTime < TimeSpan.Zero ? TimeSpan.MaxValue : _clock.Elapsed + dueTime;
                _period = period;
                Wait();
                return _clock._alarms.Contains(this);
            }
        }

        public void Dispose()
        {
            lock (_clock._gate)
            {
                _clock._alarms.Remove(this);
                _real.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Wait()
        {
            if (!_clock._alarms.Contains(this))
            {
                DueAt = TimeSpan.MaxValue;
                return;
            }

            // A millisecond too late is on time for a test, and never too early.
            var isComing = _clock._running.IsRunning && DueAt < TimeSpan.MaxValue;
            _real.Change(isComing ? Math.Max(0, (long)(DueAt - _clock.Elapsed).TotalMilliseconds + 1) : Timeout.Infinite, Timeout.Infinite);
        }
    }
}
