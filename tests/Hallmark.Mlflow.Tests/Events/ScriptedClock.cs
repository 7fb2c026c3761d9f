using System.Globalization;
using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Gives the times and event ids that a vector expects, in order; after the script, times go on by a second and ids are counted.</summary>
internal sealed class ScriptedClock : TimeProvider, IEventIds
{
    private readonly Queue<DateTimeOffset> _times = [];
    private readonly Queue<string> _ids = [];
    private DateTimeOffset _last = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private int _counter;

    public void Expect(string eventId, string signedAt)
    {
        _ids.Enqueue(eventId);
        _times.Enqueue(DateTimeOffset.Parse(signedAt, CultureInfo.InvariantCulture));
    }

    public override DateTimeOffset GetUtcNow() => _last = _times.TryDequeue(out var scripted) ? scripted : _last.AddSeconds(1);

    public string Next() => _ids.TryDequeue(out var scripted) ? scripted : $"00000000-0000-4000-8000-{++_counter:x12}";
}
