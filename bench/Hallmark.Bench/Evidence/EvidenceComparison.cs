using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Signatures;

namespace Hallmark.Bench.Evidence;

/// <summary>A bundle of 10,000 events with their records verified, beside the same number of bare signatures on one core; the goal is a second.</summary>
public sealed class EvidenceComparison : IComparison
{
    private const int Events = 10_000;
    private const string TxId = "kJ7vX2pQ8mNcLw9Yb4TzFh1aGdRsE6oWpABCDEFGHIJ";
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public string Name => "evidence";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        using var key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var trace = MakeTrace(key);
        var export = ExportComposer.Compose(trace, [], key, new ExportOptions { GeneratedAt = "2026-11-21T08:00:00Z" }).Evidence.Bytes;
        var message = new byte[400];
        var signature = new byte[64];
        key.Sign(message, signature);
        for (var round = 1; round <= 3; round++)
        {
            var bare = Measure(() =>
            {
                for (var i = 0; i < Events; i++)
                {
                    Require(key.PublicKey.Verify(message, signature));
                }
            });
            var ofTrace = Measure(() => Require(EvidenceVerifier.Verify(trace).Status == EvidenceStatus.Verified));
            var ofExport = Measure(() => Require(EvidenceVerifier.Verify(export.Span).Status == EvidenceStatus.Verified));
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}: trace of {trace.Length / 1e6:F1} MB {ofTrace:F3} s   export {ofExport:F3} s   goal 1 s   {Events} bare signatures on one core {bare:F3} s"
                )
            );
        }
    }

    private static byte[] MakeTrace(Ed25519PrivateKey key)
    {
        var window = Enumerable.Range(0, Events).Select(i => MakeEvent(i, key)).ToArray();
        var tree = new MerkleTree();
        foreach (var item in window)
        {
            tree.AppendEntry(item.Envelope.Span);
        }

        var record = CanonicalJson.Canonicalize(EventRecord.ForCheckpoint(tree.Root.Hex, Events, Start, Start.AddMinutes(1)).ToJson());
        var composer = new TraceComposer();
        composer.AddWindow(TxId, Seal(record, Events, key), record, window);
        var draft = new EvidenceDraft
        {
            BodyType = EvidenceFormat.Trace,
            Issuer = new JsonObject { ["kind"] = "producer" },
            GeneratedAt = "2026-11-21T08:00:00Z",
            Verdict = new JsonObject { ["status"] = "verified" },
            Body = composer.ToBody(),
        };
        return EvidenceSealer.Seal(draft, key).Bytes.ToArray();
    }

    private static TraceItem MakeEvent(int number, Ed25519PrivateKey key)
    {
        var content = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));
        var record = CanonicalJson.Canonicalize(EventRecord.ForContent(content, 4).ToJson());
        return new TraceItem(Seal(record, number, key), record);
    }

    private static byte[] Seal(byte[] record, int number, Ed25519PrivateKey key) =>
        EnvelopeSealer
            .Seal(
                EnvelopeDrafts.Events(
                    $"00000000-0000-4000-8000-{number:000000000000}",
                    Convert.ToHexStringLower(SHA256.HashData(record)),
                    "dev",
                    Start
                ),
                key
            )
            .Bytes.ToArray();

    private static double Measure(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("What is measured must hold.");
        }
    }
}
