using System.Globalization;

namespace Hallmark.Cli.Output;

/// <summary>One moving line on a terminal: what, how far, how fast, how long still. Nothing where nobody looks.</summary>
internal sealed class ProgressLine(Terminal terminal, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();
    private TimeSpan _last = TimeSpan.Zero;
    private bool _isShown;

    /// <summary>Shows how far hashing has come; at most five times a second.</summary>
    public void Show(string what, long done, long total)
    {
        if (!terminal.ShowsProgress)
        {
            return;
        }

        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_start);
            if (elapsed - _last < Pace)
            {
                return;
            }

            _last = elapsed;
            _isShown = true;
            var perSecond = done / elapsed.TotalSeconds;
            var left =
                perSecond > 0 && total > done
                    ? string.Create(CultureInfo.InvariantCulture, $"  {Math.Ceiling((total - done) / perSecond):0} s left")
                    : "";
            terminal.Error.Write(
                $"\r\e[K{PlainText.Of(what)}  {Units.Size(done)} of {Units.Size(total)}  {Units.Size((long)perSecond)}/s{left}"
            );
        }
    }

    /// <summary>Shows a text in the place of what was shown before.</summary>
    public void Say(string text)
    {
        if (!terminal.ShowsProgress)
        {
            return;
        }

        lock (_gate)
        {
            _isShown = true;
            terminal.Error.Write($"\r\e[K{PlainText.Of(text)}");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isShown)
            {
                terminal.Error.Write("\r\e[K");
                _isShown = false;
            }
        }
    }
}
