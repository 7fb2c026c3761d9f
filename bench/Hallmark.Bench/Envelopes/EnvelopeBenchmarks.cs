using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Signatures;

namespace Hallmark.Bench.Envelopes;

/// <summary>Sealing an envelope beside the bare signature over the same bytes.</summary>
[MemoryDiagnoser]
public class EnvelopeBenchmarks : IDisposable
{
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.FromSeed(
        Convert.FromHexString(string.Concat(Enumerable.Repeat("0123456789abcdef", 4)))
    );
    private readonly byte[] _signature = new byte[64];
    private JsonObject _draft = [];
    private byte[] _scope = [];
    private byte[] _sealed = [];

    [GlobalSetup]
    public void Prepare()
    {
        _draft = EnvelopeDrafts.Mlflow(
            "1818e811-892f-402b-923f-0824128b2f33",
            MlflowEvents.TrainingComplete,
            MlflowEvents.RunSubject("3f0c1d2e4b5a69788796a5b4c3d2e1f0"),
            "a9872028fd08d11843d7942c4c238023d9d22cd56567613abd7e7fdf8af7c3c0",
            EnvelopeDrafts.Genesis,
            new DateTimeOffset(2026, 3, 1, 12, 1, 14, TimeSpan.Zero)
        );
        var complete = EnvelopeSealer.Seal(_draft, _key);
        _sealed = complete.Bytes.ToArray();
        _scope = SignedScope.BytesOf(complete.View.Members);
    }

    [Benchmark(Baseline = true)]
    public byte SignAlone()
    {
        _key.Sign(_scope, _signature);
        return _signature[0];
    }

    [Benchmark]
    public SealedEnvelope Seal() => EnvelopeSealer.Seal(_draft, _key);

    [Benchmark]
    public bool Verify() => EnvelopeVerifier.Verify(_sealed).IsOk;

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
