using Hallmark.Core.Failures;

namespace Hallmark.Home.Settings;

/// <summary>The turn to change a home's settings, which one process has at a time: a file beside them is locked. The operating system takes the lock back when the process dies; the file stays.</summary>
internal static class SettingsTurn
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the turn; it ends when what is returned is disposed of.</summary>
    /// <param name="home">The home; its folder exists.</param>
    /// <param name="mostTries">How often it is tried, each a hundredth of a second after the one before.</param>
    /// <exception cref="UnavailableException">Another process has it for longer, or the file cannot be made.</exception>
    public static IDisposable Take(HomeFolder home, int mostTries = 1_000)
    {
        var path = home.SettingsFile + ".lock";
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    // FileShare.None is flock(LOCK_EX) on Unix: it binds the open file, so that a second opening in this process waits too.
                    return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                }
                catch (IOException) when (File.Exists(path) && tries < mostTries)
                {
                    Thread.Sleep(Pause);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"cannot change {home.SettingsFile}: {fault.Message}",
                fault,
                "see that no other command changes it, and that you may write the home folder"
            );
        }
    }
}
