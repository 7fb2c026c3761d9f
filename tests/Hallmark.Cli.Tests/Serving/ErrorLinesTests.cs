using Hallmark.Cli.Commands.Serving;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Testing;
using Microsoft.Extensions.Logging;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>A server's log: what happens is told at once, and what happens again and again does not fill the disk that it may complain about.</summary>
public sealed partial class ErrorLinesTests : IDisposable
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
            LogRequest(_lines, Full, request);
        }

        Assert.EndsWith("  request 1 failed: the disk is full", Assert.Single(Written), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, Written.Length);
        Assert.EndsWith("  request 1 failed: the disk is full (999 more like this)", Written[1], StringComparison.Ordinal);

        // The next one is told anew, and where it stays alone there is nothing to count.
        LogRequest(_lines, Full, 1_001);
        Assert.EndsWith("  request 1001 failed: the disk is full", Written[2], StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, Written.Length);
    }

    [Fact]
    public void Another_failure_another_reason_and_another_warning_are_told_at_once()
    {
        LogRequest(_lines, Full, 1);
        LogPrediction(_lines, Full, 1);
        LogRequest(_lines, new InvalidDataException("no such thing"), 2);
        LogProcess(_lines, "a");
        LogProcess(_lines, "b");
        LogProcess(_lines, "b");
        Assert.Equal(5, Written.Length);
        Assert.EndsWith("request 2 failed: InvalidDataException: no such thing", Written[2], StringComparison.Ordinal);
        Assert.EndsWith("the process b ended", Written[4], StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_counted_is_told_when_the_server_ends()
    {
        LogRequest(_lines, Full, 1);
        LogRequest(_lines, Full, 2);
        _lines.Dispose();
        Assert.EndsWith("  request 1 failed: the disk is full (1 more like this)", Written[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_without_end_are_told_apart_up_to_a_hundred()
    {
        for (var request = 1; request <= 1_000; request++)
        {
            LogRequest(_lines, new UnavailableException($"reason {request}"), request);
        }

        Assert.Equal(101, Written.Length);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.EndsWith("  request 101 failed: reason 101 (899 more like this)", Assert.Single(Written[101..]), StringComparison.Ordinal);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "request {Request} failed")]
    private static partial void LogRequest(ILogger logger, Exception failure, int request);

    [LoggerMessage(Level = LogLevel.Error, Message = "prediction {DecisionId} could not be logged")]
    private static partial void LogPrediction(ILogger logger, Exception failure, int decisionId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the process {Name} ended")]
    private static partial void LogProcess(ILogger logger, string name);
}
