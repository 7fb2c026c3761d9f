namespace Hallmark.Server.Scoring.Telemetry;

/// <summary>One line of figures: an instrument with one set of labels. Guarded by its own lock.</summary>
/// <param name="labels">The labels as Prometheus writes them, without braces; empty for none.</param>
/// <param name="bounds">Upper bounds of a histogram's buckets, ascending; null for a plain sum.</param>
internal sealed class Series(string labels, double[]? bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = bounds is null ? [] : new long[bounds.Length];
    private double _sum;
    private long _count;

    /// <summary>The labels as Prometheus writes them; empty for none.</summary>
    public string Labels => labels;

    /// <summary>Adds a measurement.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            _sum += value;
            _count++;
            if (bounds is null)
            {
                return;
            }

            var bucket = Array.BinarySearch(bounds, value);
            bucket = bucket < 0 ? ~bucket : bucket;
            if (bucket < _buckets.Length)
            {
                _buckets[bucket]++;
            }
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(PrometheusText text, string name)
    {
        lock (_gate)
        {
            if (bounds is null)
            {
                text.Sample(name, labels, _sum);
                return;
            }

            long below = 0;
            for (var i = 0; i < bounds.Length; i++)
            {
                below += _buckets[i];
                text.Sample(name + "_bucket", PrometheusText.With(labels, "le", PrometheusText.Number(bounds[i])), below);
            }

            text.Sample(name + "_bucket", PrometheusText.With(labels, "le", "+Inf"), _count);
            text.Sample(name + "_sum", labels, _sum);
            text.Sample(name + "_count", labels, _count);
        }
    }
}
