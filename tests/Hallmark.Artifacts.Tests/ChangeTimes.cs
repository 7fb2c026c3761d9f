using Hallmark.Artifacts.Files;

namespace Hallmark.Artifacts.Tests;

/// <summary>The times that the file system itself keeps of changes. They go in ticks of some milliseconds: two changes within one look like one.</summary>
internal static class ChangeTimes
{
    /// <summary>In nanoseconds; null where there is no such file, or no such time.</summary>
    public static long? Of(string path) => OperatingSystem.IsLinux() ? LinuxFiles.Find(path, followLink: false)?.ChangedNanoseconds : null;

    /// <summary>Touches a file until its time is later than that.</summary>
    public static void MoveBeyond(string path, long? before)
    {
        while (Of(path) <= before)
        {
            File.SetLastAccessTimeUtc(path, DateTime.UnixEpoch);
        }
    }
}
