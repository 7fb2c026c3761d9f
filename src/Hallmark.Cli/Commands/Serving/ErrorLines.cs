using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Inference.Status;
using Microsoft.Extensions.Logging;

namespace Hallmark.Cli.Commands.Serving;

/// <summary>
/// The server's log as lines on standard error: what happened, and the sentence of the failure behind it; never a stack trace. What fails in the same way again and again is a line
/// and a count every ten seconds.
/// </summary>
internal sealed class ErrorLines : ILoggerProvider, ILogger
{
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly Repetitions _repetitions;
    private readonly Lock _gate = new();

    public ErrorLines(Terminal terminal, TimeProvider time)
    {
        (_terminal, _time) = (terminal, time);
        _repetitions = new Repetitions(
            time,
            (line, again) => Write(string.Create(CultureInfo.InvariantCulture, $"{line} ({again} more like this)"))
        );
    }

    /// <inheritdoc />
    /// <remarks>For an enabled log of the first name the host makes an activity and a scope for each request, and nobody would see them. By the second it says of a failed start what its exception says.</remarks>
    public ILogger CreateLogger(string categoryName) =>
        categoryName is "Microsoft.AspNetCore.Hosting.Diagnostics" or "Microsoft.Extensions.Hosting.Internal.Host"
            ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
            : this;

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc />
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var cause = exception switch
        {
            null => "",
            HallmarkException told => ": " + told.Message,
            _ => $": {exception.GetType().Name}: {exception.Message}",
        };
        var line = formatter(state, exception) + cause;

        // Failures differ by their request alone; what has no cause says all that it has to say in its line.
        var kind = exception is not null && TemplateOf(state) is { } template ? template + cause : line;
        if (_repetitions.IsNew(kind, line))
        {
            Write(line);
        }
    }

    /// <summary>Writes a line with the time.</summary>
    public void Write(string line)
    {
        lock (_gate)
        {
            _terminal.Error.WriteLine($"{Units.Time(_time.GetUtcNow())}  {PlainText.Of(line)}");
        }
    }

    /// <summary>Writes what a gate let through: a line of JSON with the original's structured field (mlflow-events.md §14.4), so that an alarm can be set on it.</summary>
    public void Write(GateWarning warning)
    {
        var line = new JsonObject
        {
            ["time"] = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["level"] = "WARN",
            ["message"] = $"let through by fail_open: {warning.Error.Message}",
            ["ario_verify_status"] = warning.ToJson(),
        }.ToJsonString();
        lock (_gate)
        {
            _terminal.Error.WriteLine(line);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _repetitions.Dispose();

    private static string? TemplateOf<TState>(TState state) =>
        (state as IEnumerable<KeyValuePair<string, object?>>)?.FirstOrDefault(static pair => pair.Key == "{OriginalFormat}").Value
        as string;
}
