namespace Hallmark.Cli.Commands.Serving;

/// <summary>
/// Keeps a log short while the same thing happens again and again: what happens is told once, and how often it came again is told when ten seconds are over. Safe for use by several
/// threads.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="tellAgain">Gets the line told first, and how many more times it came since, at least once.</param>
internal sealed class Repetitions(TimeProvider time, Action<string, int> tellAgain) : IDisposable
{
    private const int MaxKinds = 100;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal); // guarded by itself

    /// <summary>Whether something is to be told now; otherwise it is counted.</summary>
    /// <param name="kind">What is the same; beyond a hundred kinds at a time they are no longer told apart.</param>
    /// <param name="line">The line to be told.</param>
    public bool IsNew(string kind, string line)
    {
        lock (_told)
        {
            if (!_told.ContainsKey(kind) && _told.Count >= MaxKinds)
            {
                kind = "";
            }

            if (_told.TryGetValue(kind, out var told))
            {
                told.Again++;
                return false;
            }

            _told[kind] = told = new Told(line);
            told.Timer = time.CreateTimer(_ => Close(kind), null, Window, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Tells what was counted.</summary>
    public void Dispose()
    {
        lock (_told)
        {
            foreach (var kind in _told.Keys.ToList())
            {
                Close(kind);
            }
        }
    }

    private void Close(string kind)
    {
        lock (_told)
        {
            if (_told.Remove(kind, out var told))
            {
                told.Timer?.Dispose();
                if (told.Again > 0)
                {
                    tellAgain(told.Line, told.Again);
                }
            }
        }
    }

    private sealed class Told(string line)
    {
        public string Line { get; } = line;

        public int Again { get; set; }

        public ITimer? Timer { get; set; }
    }
}
