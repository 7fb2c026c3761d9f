using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Composing;
using Hallmark.Evidence.Verification;

namespace Hallmark.Bench.Evidence;

/// <summary>A bundle of 10,000 events with their records, verified from its bytes; and a proof under one checkpoint over a million envelopes. Goals: 1 s, and 20 hashes.</summary>
public sealed class BundleComparison : IComparison
{
    private const int Events = 10_000;
    private const int Leaves = 1_000_000;
    private const int Proofs = 10_000;
    private const string Origin = "ledger.example/bench";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public string Name => "bundle";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var key = Ed25519PrivateKey.FromSeed(SHA256.HashData("bench"u8));
        var events = Enumerable.Range(0, Events).Select(i => Seal(i, key)).ToList();
        var bundle = Compose(events, key);
        var verifier = new BundleVerifier(new BundleTrust());
        for (var round = 0; round < 3; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var verdict = verifier.VerifyAsync(bundle, CancellationToken.None).GetAwaiter().GetResult().Verdict;
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Events:N0} events, {bundle.Length / 1e6:F1} MB: {verdict.Status} in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s (goal 1 s)"
                )
            );
        }

        MeasureMillion(output, events);
    }

    private static void MeasureMillion(TextWriter output, List<(SealedEnvelope Envelope, byte[] Record)> events)
    {
        // What a leaf holds does not matter to its tree: each envelope with its own number.
        var leaves = new TreeHash[Leaves];
        Parallel.For(0, Leaves, i => leaves[i] = MerkleHash.Leaf([.. events[i % Events].Envelope.Bytes.Span, .. BitConverter.GetBytes(i)]));
        var start = Stopwatch.GetTimestamp();
        var tree = new MerkleTree();
        foreach (var leaf in leaves)
        {
            tree.AppendLeaf(leaf);
        }

        var root = tree.Root;
        var built = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        var proofs = Enumerable
            .Range(0, Proofs)
            .Select(i => (ulong)i * (Leaves / Proofs))
            .Select(index => tree.ProveInclusion(index))
            .ToList();
        var made = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        var holding = proofs.Count(proof => proof.Verifies(leaves[proof.Index], root));
        var verified = Stopwatch.GetElapsedTime(start);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Leaves:N0} envelopes under one checkpoint: tree {built.TotalSeconds:F2} s; a proof made in {made.TotalMicroseconds / Proofs:F1} µs, verified in {verified.TotalMicroseconds / Proofs:F1} µs, {proofs.Max(proof => proof.Path.Length)} hashes; {holding:N0} of {Proofs:N0} hold"
            )
        );
    }

    private static (SealedEnvelope Envelope, byte[] Record) Seal(int number, Ed25519PrivateKey key)
    {
        var record = CanonicalJson.Canonicalize(
            new JsonObject
            {
                ["event_type"] = "prediction",
                ["number"] = number,
                ["score"] = number / 7.0,
            }
        );
        var draft = EnvelopeDrafts.Mlflow(
            EventId(number),
            "prediction",
            new JsonObject
            {
                ["type"] = "mlflow_prediction",
                ["decision_id"] = $"d{number}",
                ["model_run_id"] = "r1",
            },
            Convert.ToHexStringLower(SHA256.HashData(record)),
            EnvelopeDrafts.Genesis,
            Now
        );
        return (EnvelopeSealer.Seal(draft, key), record);
    }

    private static byte[] Compose(List<(SealedEnvelope Envelope, byte[] Record)> events, Ed25519PrivateKey key)
    {
        var tree = new MerkleTree();
        foreach (var (envelope, _) in events)
        {
            tree.AppendEntry(envelope.Bytes.Span);
        }

        var text = new Checkpoint(Origin, Events, tree.Root).ToText();
        var body = new BundleBody
        {
            Subject = BundleSubject.Event(EventId(Events - 1)),
            EventId = EventId(Events - 1),
            Origin = Origin,
            VerifierKey = NoteVerifierKey.ForEd25519(Origin, key.PublicKey).ToString(),
            Checkpoints = [new BundleCheckpoint(SignedNote.Create(text, new NoteSigner(Origin, key).Sign(text)).Bytes, FromPrevious: null)],
            Entries = [.. events.Select((item, i) => new BundleEntry(item.Envelope.Bytes, item.Record, tree.ProveInclusion((ulong)i)))],
        };
        return BundleSealer.Seal(BundleBody.BodyType, BundleBodyJson.Write(body), new Verdict("bench", []), Now, key).ToArray();
    }

    private static string EventId(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:d12}");
}
