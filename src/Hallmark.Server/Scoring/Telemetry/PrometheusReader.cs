using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Hallmark.Server.Scoring.Telemetry;

/// <summary>Listens to one meter and tells what it has heard in Prometheus' text format. Safe for use by several threads.</summary>
internal sealed class PrometheusReader : IDisposable
{
    private static readonly double[] Seconds =
    [
        0.0001,
        0.00025,
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
    ];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, HeardSeries> _heard = new();
    private readonly Lock _reading = new();
    private readonly List<(Instrument Instrument, double Value)> _gauges = [];

    public PrometheusReader(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter)
            {
                listener.EnableMeasurementEvents(
                    instrument,
                    _heard.GetOrAdd(instrument, one => new HeardSeries(IsHistogram(one) ? Seconds : null))
                );
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, heard) => Hear(instrument, value, tags, heard));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, heard) => Hear(instrument, value, tags, heard));
        _listener.Start();
    }

    /// <summary>All metrics as they stand.</summary>
    public string Read()
    {
        var text = new PrometheusText();
        foreach (var (instrument, heard) in _heard.OrderBy(one => one.Key.Name, StringComparer.Ordinal))
        {
            var series = heard.All;
            if (series.Count == 0)
            {
                continue;
            }

            var isHistogram = IsHistogram(instrument);
            var name = NameOf(instrument) + (isHistogram ? "" : "_total");
            text.Header(name, isHistogram ? "histogram" : "counter", instrument.Description);
            foreach (var one in series.OrderBy(one => one.Labels, StringComparer.Ordinal))
            {
                one.Write(text, name);
            }
        }

        // Gauges are asked for now; the listener calls back on this thread.
        lock (_reading)
        {
            _gauges.Clear();
            _listener.RecordObservableInstruments();
            foreach (var (instrument, value) in _gauges.OrderBy(gauge => gauge.Instrument.Name, StringComparer.Ordinal))
            {
                var name = NameOf(instrument);
                text.Header(name, "gauge", instrument.Description);
                text.Sample(name, "", value);
            }
        }

        return text.ToString();
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private static string NameOf(Instrument instrument) =>
        PrometheusText.Name(instrument.Name)
        + instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<long>;

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? heard)
    {
        if (instrument.IsObservable)
        {
            _gauges.Add((instrument, value));
        }
        else
        {
            ((HeardSeries)heard!).Of(tags).Add(value); // ! given where the instrument was enabled
        }
    }
}
