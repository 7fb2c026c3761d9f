using System.Globalization;
using System.Text;
using Hallmark.Artifacts;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>
/// A metric's file: a line a point, <c>ms value step</c>, and on MLflow 3 a dataset's name and digest behind it. Numbers as Python prints them.
/// </summary>
internal static class MetricFile
{
    private const int MaxLineLength = 4096;

    /// <summary>The points in the order in which they were logged, read one at a time.</summary>
    /// <exception cref="MlflowFormatException">A line is not of that form; the message has its number.</exception>
    public static IEnumerable<MetricPoint> Read(StoreFolder store, string path) =>
        Lines(store, path).Select(line => Parse(line.Text, store.NameOf(path), line.Number));

    /// <summary>The points of a logged model's metric: <c>ms value step run</c>, and a dataset's name and digest behind it.</summary>
    /// <exception cref="MlflowFormatException">As with <see cref="Read"/>, or a line names no run.</exception>
    public static IEnumerable<LoggedModelMetric> ReadOfModel(StoreFolder store, string path, string key) =>
        Lines(store, path)
            .Select(line =>
            {
                var point = Parse(line.Text, store.NameOf(path), line.Number);
                var columns = Columns(line.Text);

                // A dataset's name may hold spaces; its digest, at the end, holds none.
                return columns.Length is 4 or >= 6
                    ? new LoggedModelMetric(
                        key,
                        point,
                        columns[3],
                        columns.Length == 4 ? null : string.Join(' ', columns[4..^1]),
                        columns.Length == 4 ? null : columns[^1]
                    )
                    : throw Senseless(line.Text, store.NameOf(path), line.Number);
            });

    /// <summary>The latest point: greatest step, then timestamp, then value (a NaN above all numbers).</summary>
    /// <exception cref="MlflowFormatException">There is no point in it, or as with <see cref="Read"/>.</exception>
    public static MetricPoint Latest(StoreFolder store, string path)
    {
        MetricPoint? latest = null;
        foreach (var point in Read(store, path))
        {
            if (latest is not { } best || Compare(point, best) > 0)
            {
                latest = point;
            }
        }

        return latest ?? throw new MlflowFormatException($"The metric {store.NameOf(path)} in the MLflow store holds no point");
    }

    private static IEnumerable<(string Text, int Number)> Lines(StoreFolder store, string path)
    {
        using var reader = store.Guarded(
            path,
            () =>
                new StreamReader(
                    RegularFile.TryOpen(store.Inside(path), bufferSize: 0)
                        ?? throw new MlflowUnavailableException($"{store.NameOf(path)} was removed while it was read"),
                    new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
                    detectEncodingFromByteOrderMarks: false,
                    bufferSize: 1 << 14
                )
        );
        var line = new StringBuilder();
        for (var number = 1; store.Guarded(path, () => ReadLine(reader, line, store.NameOf(path), number)); number++)
        {
            if (line.Length > 0)
            {
                yield return (line.ToString(), number);
            }
        }
    }

    private static int Compare(MetricPoint a, MetricPoint b)
    {
        var byStep = a.Step.CompareTo(b.Step);
        var byTime = byStep != 0 ? byStep : a.Timestamp.CompareTo(b.Timestamp);
        return byTime != 0 ? byTime : MetricOrder.CompareValues(a.Value, b.Value);
    }

    private static MetricPoint Parse(string line, string name, int number)
    {
        var columns = Columns(line);
        if (
            columns.Length >= 2
            && long.TryParse(columns[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var timestamp)
            && TryParseValue(columns[1], out var value)
            && long.TryParse(
                columns.Length > 2 ? columns[2] : "0",
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var step
            )
        )
        {
            return new MetricPoint(value, timestamp, step);
        }

        throw Senseless(line, name, number);
    }

    private static string[] Columns(string line) => line.TrimEnd('\r').Split(' ');

    private static MlflowFormatException Senseless(string line, string name, int number) =>
        new($"Line {number} of the metric {name} in the MLflow store makes no sense: '{Printable.Text(line)}'");

    private static bool TryParseValue(string text, out double value)
    {
        switch (text.ToLowerInvariant().TrimStart('+'))
        {
            case "nan" or "-nan":
                value = double.NaN;
                return true;
            case "inf" or "infinity":
                value = double.PositiveInfinity;
                return true;
            case "-inf" or "-infinity":
                value = double.NegativeInfinity;
                return true;
            default:
                const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);
        }
    }

    // Bounded, unlike StreamReader.ReadLine: a file without line ends must not fill the memory.
    private static bool ReadLine(StreamReader reader, StringBuilder line, string name, int number)
    {
        line.Clear();
        int next;
        try
        {
            while ((next = reader.Read()) is not (-1 or '\n'))
            {
                if (line.Append((char)next).Length > MaxLineLength)
                {
                    throw new MlflowFormatException(
                        $"Line {number} of the metric {name} in the MLflow store is longer than {MaxLineLength} characters"
                    );
                }
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new MlflowFormatException($"The metric {name} in the MLflow store is not UTF-8", e);
        }

        return next == '\n' || line.Length > 0;
    }
}
