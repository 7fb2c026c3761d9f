namespace Hallmark.Inference.Runners.Processes;

/// <summary>The pauses before a process is started again: each twice the one before, up to the longest.</summary>
/// <param name="first">The first, above zero.</param>
/// <param name="longest">The longest; a process that lived for longer than this makes the next pause the first again.</param>
internal sealed class RestartPauses(TimeSpan first, TimeSpan longest)
{
    private TimeSpan _next = first < longest ? first : longest;

    /// <summary>The pause that is due now.</summary>
    public TimeSpan Next()
    {
        var pause = _next;
        _next = pause < longest / 2 ? pause * 2 : longest;
        return pause;
    }

    /// <summary>The pause after a process that lived for a while.</summary>
    /// <param name="lived">How long.</param>
    /// <param name="due">The pause that was due when it was started.</param>
    public TimeSpan NextAfter(TimeSpan lived, TimeSpan due)
    {
        if (lived <= longest)
        {
            return due;
        }

        _next = first < longest ? first : longest;
        return Next();
    }
}
