using System.Runtime.InteropServices;

namespace Hallmark.Inference.Predictions;

/// <summary>How the system shares its cores among threads (sched(7)).</summary>
internal static partial class ThreadPolicy
{
    private const int Batch = 3; // SCHED_BATCH, as Linux numbers it

    /// <summary>
    /// From now on the calling thread, when it wakes, interrupts none that has a core: it takes an idle one, or waits for its share of time, which stays what it was. Elsewhere
    /// than on Linux, and where the system refuses, all stays as it is: nothing but speed depends on it.
    /// </summary>
    public static void InterruptNobody()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPolicy(Self(), Batch, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Self();

    [LibraryImport("libc", EntryPoint = "pthread_setschedparam")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPolicy(nint thread, int policy, in int priority);
}
