using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;

namespace Hallmark.Bench.Ledger;

/// <summary>
/// A ledger on disk with a million signed envelopes under one checkpoint: appended durably, published, opened anew, and entries all over it proven from its tiles.
/// <c>HALLMARK_BENCH_FOLDER</c> names the disk, <c>HALLMARK_BENCH_EVENTS</c> another number. Goal: two minutes in all, signing included.
/// </summary>
public sealed class MillionComparison : IComparison
{
    private const int Batch = 512;
    private const int Proofs = 1_000;
    private const string Origin = "ledger.example/bench";
    private static readonly TimeSpan Goal = TimeSpan.FromMinutes(2);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public string Name => "million";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var count = int.Parse(Environment.GetEnvironmentVariable("HALLMARK_BENCH_EVENTS") ?? "1000000", CultureInfo.InvariantCulture);
        var root = Environment.GetEnvironmentVariable("HALLMARK_BENCH_FOLDER") ?? Environment.CurrentDirectory;
        var folder = Path.Combine(root, $".million-bench-{Environment.ProcessId}");
        try
        {
            RunAsync(output, folder, count).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(TextWriter output, string folder, int count)
    {
        using var key = Ed25519PrivateKey.FromSeed(SHA256.HashData("bench"u8));
        var options = new LedgerOptions
        {
            Folder = folder,
            Origin = Origin,
            PublishesByItself = false,
        };
        TimeSpan appended;
        TimeSpan published;
        Spent appending;
        Spent publishing;
        var whole = Stopwatch.StartNew();
        var start = Spent.Now;
        var ledger = await EventLedger.OpenAsync(options, key, TimeProvider.System, CancellationToken.None);
        await using (ledger)
        {
            // Signed as they are appended: nothing holds a million envelopes at once.
            var next = Task.Run(() => SealBatch(0, count, key));
            for (var first = 0; first < count; first += Batch)
            {
                var batch = await next;
                var following = first + Batch;
                next = Task.Run(() => SealBatch(following, count, key));
                foreach (var outcome in await ledger.AppendAllAsync(batch, CancellationToken.None))
                {
                    Require(outcome.IsLogged, "an envelope was not appended");
                }
            }

            await next;
            appended = whole.Elapsed;
            appending = Spent.Now - start;
            await ledger.PublishAsync(CancellationToken.None);
            published = whole.Elapsed - appended;
            publishing = Spent.Now - start - appending;
        }

        using var reader = LedgerReader.Open(folder);
        var checkpoint = (await reader.FindLatestCheckpointAsync(CancellationToken.None))!; // ! it was just published
        Require(checkpoint.Size == count, $"the checkpoint is over {checkpoint.Size} entries");
        var entries = new List<LoggedEntry>();
        for (var i = 0; i < Proofs; i++)
        {
            entries.Add((await reader.FindByIndexAsync((long)i * count / Proofs, CancellationToken.None))!); // ! below the checkpoint's size
        }

        var watch = Stopwatch.StartNew();
        var proofs = new List<InclusionProof>();
        foreach (var entry in entries)
        {
            proofs.Add(await reader.ProveInclusionAsync(entry.Index, checkpoint.Size, CancellationToken.None));
        }

        var made = watch.Elapsed;
        watch.Restart();
        for (var i = 0; i < Proofs; i++)
        {
            Require(proofs[i].Verifies(MerkleHash.Leaf(entries[i].Envelope.Span), checkpoint.Root), $"proof {i} does not hold");
        }

        var verified = watch.Elapsed;
        var size = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        using var self = Process.GetCurrentProcess();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count:N0} envelopes in a ledger on disk, signed and appended durably in {appended.TotalSeconds:F1} s ({count / appended.TotalSeconds:N0}/s), one checkpoint in {published.TotalSeconds:F1} s, {size / 1e6:N0} MB on disk, at most {self.PeakWorkingSet64 / 1e6:N0} MB of memory"
            )
        );
        output.WriteLine($"signed and appended: {appending.For(count)}; published: {publishing.For(count)}");
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"a proof made from tiles in {made.TotalMicroseconds / Proofs:F0} µs, verified in {verified.TotalMicroseconds / Proofs:F1} µs, {proofs.Max(proof => proof.Path.Length)} hashes; {Proofs:N0} of {Proofs:N0} hold; {whole.Elapsed.TotalSeconds:F1} s in all, goal {Goal.TotalSeconds:F0} s, ratio {Goal / whole.Elapsed:F2}"
            )
        );
    }

    private static List<EventSubmission> SealBatch(int first, int count, Ed25519PrivateKey key)
    {
        var batch = new EventSubmission[Math.Clamp(count - first, 0, Batch)];
        Parallel.For(0, batch.Length, i => batch[i] = Seal(first + i, key));
        return [.. batch];
    }

    private static EventSubmission Seal(int number, Ed25519PrivateKey key)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:d12}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));
        var subject = new JsonObject
        {
            ["type"] = "mlflow_prediction",
            ["decision_id"] = id,
            ["model_run_id"] = "r1",
        };
        return new EventSubmission
        {
            EventId = id,
            EventType = "prediction",
            PayloadHash = hash,
            SubjectKey = "prediction:" + id,
            Envelope = EnvelopeSealer.Seal(EnvelopeDrafts.Mlflow(id, "prediction", subject, hash, EnvelopeDrafts.Genesis, Now), key).Bytes,
        };
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
