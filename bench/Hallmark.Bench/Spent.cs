using System.Globalization;

namespace Hallmark.Bench;

/// <summary>What this process has spent so far: processor time of all its threads, and bytes that it gave to the disk. Unlike the clock neither depends on what else the machine does.</summary>
/// <param name="Processor">Processor time.</param>
/// <param name="Written">Bytes, or 0 where the system does not count them.</param>
internal readonly record struct Spent(TimeSpan Processor, long Written)
{
    private const string Counted = "write_bytes: ";

    /// <summary>What was spent until now.</summary>
    public static Spent Now => new(Environment.CpuUsage.TotalTime, CountWritten());

    public static Spent operator -(Spent later, Spent earlier) => new(later.Processor - earlier.Processor, later.Written - earlier.Written);

    /// <summary>For one of so many operations.</summary>
    public string For(int count) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor.TotalMicroseconds / count:F1} µs of processor and {Written / count:N0} bytes written each"
        );

    private static long CountWritten() =>
        File.Exists("/proc/self/io")
        && File.ReadLines("/proc/self/io").FirstOrDefault(line => line.StartsWith(Counted, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.AsSpan(Counted.Length), CultureInfo.InvariantCulture)
            : 0;
}
