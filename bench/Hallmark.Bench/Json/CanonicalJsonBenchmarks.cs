using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Hallmark.Core.Json;

namespace Hallmark.Bench.Json;

/// <summary>Canonical JSON: small documents a second, and bytes a second on large ones.</summary>
[MemoryDiagnoser]
public class CanonicalJsonBenchmarks
{
    private readonly Random _random = new(20260301);
    private JsonNode? _node;

    /// <summary>A prediction's record, members as they come from its maker, about 400 bytes.</summary>
    public byte[] SmallDocument { get; } =
        """
        {"artifact_verified":true,"decision_id":"0bf7a4bd-c458-472f-898d-bfa8af06bcf7","event_type":"prediction","input_hash":"c70399fc17119892daf74d9fc729b7cfc861ae3f8c4b4bd1c1f1c5d4f0f6f6aa","latency_ms":12.34,"model_name":"credit-scorer","model_run_id":"3f0c1d2e4b5a69788796a5b4c3d2e1f0","model_version":"7","output_hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
        """u8.ToArray();

    /// <summary>The same, members in another order, with blanks.</summary>
    public byte[] SmallUnsortedDocument { get; } =
        """
        {"event_type": "prediction", "decision_id": "0bf7a4bd-c458-472f-898d-bfa8af06bcf7", "model_name": "credit-scorer", "model_version": "7", "model_run_id": "3f0c1d2e4b5a69788796a5b4c3d2e1f0", "input_hash": "c70399fc17119892daf74d9fc729b7cfc861ae3f8c4b4bd1c1f1c5d4f0f6f6aa", "output_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "latency_ms": 12.34, "artifact_verified": true}
        """u8.ToArray();

    public byte[] Checksums { get; private set; } = [];

    public byte[] Indented { get; private set; } = [];

    public byte[] Floats { get; private set; } = [];

    public byte[] Metrics { get; private set; } = [];

    [GlobalSetup]
    public void Prepare()
    {
        _node = StrictJson.Parse(SmallDocument);
        var map = new JsonObject();
        for (var i = 0; i < 100_000; i++)
        {
            map[string.Create(CultureInfo.InvariantCulture, $"data/part-{i:000000}.parquet")] = Convert.ToHexStringLower(Bytes(32));
        }

        Checksums = Encoding.UTF8.GetBytes(map.ToJsonString());
        Indented = Encoding.UTF8.GetBytes(map.ToJsonString(new() { WriteIndented = true }));
        Floats = Encoding.UTF8.GetBytes(
            new JsonArray([.. Enumerable.Range(0, 200_000).Select(_ => (JsonNode)_random.NextDouble())]).ToJsonString()
        );
        Metrics = Encoding.UTF8.GetBytes(
            new JsonArray([
                .. Enumerable
                    .Range(0, 100_000)
                    .Select(step =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["key"] = "loss",
                                ["step"] = step,
                                ["timestamp"] = 1772366474246 + step,
                                ["value"] = Math.Round(_random.NextDouble(), 6),
                            }
                    ),
            ]).ToJsonString()
        );
    }

    [Benchmark]
    public byte[] Small() => CanonicalJson.Canonicalize(SmallDocument);

    [Benchmark]
    public byte[] SmallUnsorted() => CanonicalJson.Canonicalize(SmallUnsortedDocument);

    [Benchmark]
    public byte[] SmallFromNode() => CanonicalJson.Canonicalize(_node);

    [Benchmark]
    public byte[] LargeChecksums() => CanonicalJson.Canonicalize(Checksums);

    [Benchmark]
    public byte[] LargeIndented() => CanonicalJson.Canonicalize(Indented);

    [Benchmark]
    public byte[] LargeFloats() => CanonicalJson.Canonicalize(Floats);

    [Benchmark]
    public byte[] LargeMetrics() => CanonicalJson.Canonicalize(Metrics);

    [Benchmark]
    public JsonNode? ParseLarge() => StrictJson.Parse(Checksums);

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
