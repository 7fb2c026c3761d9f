using System.Globalization;

namespace Hallmark.Server.Scoring.Telemetry;

/// <summary>The series of one instrument, found by their labels without writing these out each time. Labels come from closed sets, so there are few. Safe for use by several threads.</summary>
/// <param name="bounds">Upper bounds of a histogram's buckets; null for a plain sum.</param>
internal sealed class HeardSeries(double[]? bounds)
{
    private readonly Lock _adding = new();
    private volatile Known[] _known = [];

    /// <summary>All that were heard of.</summary>
    public IReadOnlyList<Series> All => Array.ConvertAll(_known, known => known.Series);

    /// <summary>The series with these labels.</summary>
    public Series Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => Find(_known, tags) ?? Add(tags);

    private Series Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_adding)
        {
            if (Find(_known, tags) is { } other)
            {
                return other;
            }

            var labels = "";
            foreach (var (name, label) in tags)
            {
                labels = PrometheusText.With(
                    labels,
                    PrometheusText.Name(name),
                    Convert.ToString(label, CultureInfo.InvariantCulture) ?? ""
                );
            }

            var added = new Known(tags.ToArray(), new Series(labels, bounds));
            _known = [.. _known, added];
            return added.Series;
        }
    }

    private static Series? Find(Known[] known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (own, series) in known)
        {
            if (Are(own, tags))
            {
                return series;
            }
        }

        return null;
    }

    private static bool Are(KeyValuePair<string, object?>[] own, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (own.Length != tags.Length)
        {
            return false;
        }

        for (var i = 0; i < own.Length; i++)
        {
            if (own[i].Key != tags[i].Key || !Equals(own[i].Value, tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Known(KeyValuePair<string, object?>[] Tags, Series Series);
}
