using Hallmark.Cli.Commands.Serving;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Testing;
using Microsoft.Extensions.Logging;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>A server's log: what happens is told at once, and what happens again and again does not fill the disk that it may complain about.</summary>
public sealed class ErrorLinesTests : IDisposable
{
    private static readonly UnavailableException Full = new("the disk is full");
    private readonly TestClock _clock = new(runs: false);
    private readonly StringWriter _written = new();
    private readonly ErrorLines _lines;

    public ErrorLinesTests() =>
        _lines = new ErrorLines(new Terminal(TextWriter.Null, _written, false, false, new Dictionary<string, string>()), _clock);

    private string[] Written => _written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        _lines.Dispose();
        _written.Dispose();
    }

    [Fact]
    public void What_fails_again_and_again_is_told_once_and_counted_every_ten_seconds()
    {
        for (var request = 1; request <= 1_000; request++)
        {
            Fail(7, $"request {request} failed", Full);
        }

        Assert.EndsWith("  request 1 failed: the disk is full", Assert.Single(Written), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, Written.Length);
        Assert.EndsWith("  request 1 failed: the disk is full (999 more like this)", Written[1], StringComparison.Ordinal);

        // The next one is told anew, and where it stays alone there is nothing to count.
        Fail(7, "request 1001 failed", Full);
        Assert.EndsWith("  request 1001 failed: the disk is full", Written[2], StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, Written.Length);
    }

    [Fact]
    public void Another_event_and_another_reason_are_told_at_once()
    {
        Fail(7, "request 1 failed", Full);
        Fail(8, "prediction 1 could not be logged", Full);
        Fail(7, "request 2 failed", new InvalidDataException("no such thing"));
        Fail(9, "the model died", null);
        Assert.Equal(4, Written.Length);
        Assert.EndsWith("request 2 failed: InvalidDataException: no such thing", Written[2], StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_counted_is_told_when_the_server_ends()
    {
        Fail(7, "request 1 failed", Full);
        Fail(7, "request 2 failed", Full);
        _lines.Dispose();
        Assert.EndsWith("  request 1 failed: the disk is full (1 more like this)", Written[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_without_end_are_told_apart_up_to_a_hundred()
    {
        for (var request = 1; request <= 1_000; request++)
        {
            Fail(7, $"request {request} failed", new UnavailableException($"reason {request}"));
        }

        Assert.Equal(101, Written.Length);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.EndsWith("  request 101 failed: reason 101 (899 more like this)", Assert.Single(Written[101..]), StringComparison.Ordinal);
    }

    private void Fail(int eventId, string what, Exception? why) =>
        _lines.Log(LogLevel.Error, new EventId(eventId), what, why, static (state, _) => state);
}
