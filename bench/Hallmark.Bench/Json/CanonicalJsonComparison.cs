using System.Globalization;

namespace Hallmark.Bench.Json;

/// <summary>Canonical JSON against its goals: 600,000 small documents a second, 400 MB/s on large ones, of one core.</summary>
public sealed class CanonicalJsonComparison : IComparison
{
    /// <inheritdoc />
    public string Name => "json";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var json = new CanonicalJsonBenchmarks();
        json.Prepare();
        Report(output, "small, sorted", json.SmallDocument.Length, () => json.Small());
        Report(output, "small, unsorted, with blanks", json.SmallUnsortedDocument.Length, () => json.SmallUnsorted());
        Report(output, "small, from a JsonNode", json.SmallDocument.Length, () => json.SmallFromNode());
        Report(output, "large, 100,000 checksums", json.Checksums.Length, () => json.LargeChecksums());
        Report(output, "the same, indented", json.Indented.Length, () => json.LargeIndented());
        Report(output, "large, metric history", json.Metrics.Length, () => json.LargeMetrics());
        Report(output, "large, 17-digit floats only", json.Floats.Length, () => json.LargeFloats());
        Report(output, "large, parsed to a JsonNode", json.Checksums.Length, () => json.ParseLarge());
    }

    private static void Report(TextWriter output, string what, int bytes, Action action)
    {
        var rate = ProcessorRate.Best(action);
        output.WriteLine(
            bytes < 1000
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what, -34} {bytes, 9} bytes {rate, 10:0}/s (goal 600000, ratio {rate / 600_000:0.00})"
                )
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what, -34} {bytes, 9} bytes {rate * bytes / 1e6, 7:0} MB/s (goal 400, ratio {rate * bytes / 400e6:0.00})"
                )
        );
    }
}
