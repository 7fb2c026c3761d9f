using System.Diagnostics;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;
using Hallmark.Inference.Predictions;
using Hallmark.Ledger;

namespace Hallmark.Bench.Predictions;

/// <summary>
/// What a receipt costs: latency that a guarded, logged prediction adds to the bare runner at 10,000 a second; predictions a second that become durable under full load; the size
/// of a receipt, and receipts verified a second; memory over a million. <c>HALLMARK_BENCH_FOLDER</c> names the disk, <c>HALLMARK_BENCH_PREDICTIONS</c> the number (1,000,000 unless set).
/// </summary>
public sealed class PredictionComparison : IComparison
{
    private const int Paced = 10_000;
    private const int PacedSeconds = 5;
    private const int Callers = 64;
    private const double RateGoal = 50_000;
    private const double VerifyGoal = 20_000;
    private static readonly PredictOptions Waiting = new() { WaitsForPlace = true }; // on a busy machine the log may be full: waiting counts as latency
    private static readonly TimeSpan MedianGoal = TimeSpan.FromMicroseconds(60);
    private static readonly TimeSpan TailGoal = TimeSpan.FromMilliseconds(1);

    /// <inheritdoc />
    public string Name => "predictions";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var folder = Directory
            .CreateDirectory(
                Path.Combine(
                    Environment.GetEnvironmentVariable("HALLMARK_BENCH_FOLDER") ?? Environment.CurrentDirectory,
                    $".prediction-bench-{Environment.ProcessId}"
                )
            )
            .FullName;
        try
        {
            RunAsync(folder, output).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string folder, TextWriter output)
    {
        using var key = Ed25519PrivateKey.Generate();
        await using var ledger = await EventLedger.OpenAsync(
            new LedgerOptions { Folder = Path.Combine(folder, "ledger") },
            key,
            TimeProvider.System,
            CancellationToken.None
        );
        await using var runner = new PlainRunner();
        List<string> ids;
        await using (
            var log = new LedgerPredictionLog(
                ledger,
                key,
                TimeProvider.System,
                new PredictionLogOptions { Mode = PredictionMode.Batched, ProducerId = ledger.Reader.Origin }
            )
        )
        {
            var service = new PredictionService(runner, PlainRunner.Identity, log, TimeProvider.System, new PredictionServiceOptions());
            CompareLatency(output, runner, service);
            ids = await MeasureRateAsync(output, service, log);
        }

        await ledger.PublishAsync(CancellationToken.None);
        await MeasureReceiptsAsync(output, ledger.Reader, ids);
    }

    private static void CompareLatency(TextWriter output, PlainRunner runner, PredictionService service)
    {
        Task PredictAsync() => service.PredictAsync(PlainRunner.Input(), Waiting, CancellationToken.None);
        Task RunBareAsync() => runner.RunAsync(PlainRunner.Input(), CancellationToken.None);
        PacedLatency.Measure(Paced, 1, yields: false, PredictAsync);
        Compare("", yields: false);
        Compare(", caller gives its core away between calls", yields: true);
        var waited = PacedLatency.MeasureUntilDone(
            Paced,
            PacedSeconds,
            async () => (await service.PredictAsync(PlainRunner.Input(), Waiting, CancellationToken.None)).Logged
        );
        output.WriteLine(
            $"from the call until on disk, waited for, at {Paced}/s: p50 {waited.Median.TotalMicroseconds:F0} µs, p99 {waited.Tail.TotalMicroseconds:F0} µs"
        );

        void Compare(string how, bool yields)
        {
            var bare = PacedLatency.Measure(Paced, PacedSeconds, yields, RunBareAsync);
            var (collections, pause) = (GC.CollectionCount(0), GC.GetTotalPauseDuration());
            var logged = PacedLatency.Measure(Paced, PacedSeconds, yields, PredictAsync);
            (collections, pause) = (GC.CollectionCount(0) - collections, GC.GetTotalPauseDuration() - pause);
            Say("p50" + how, logged.Median - bare.Median, MedianGoal);
            Say("p99" + how, logged.Tail - bare.Tail, TailGoal);
            output.WriteLine($"  {collections} collections in {PacedSeconds} s, {pause.TotalMilliseconds:F1} ms in all");
        }

        void Say(string name, TimeSpan added, TimeSpan goal) =>
            output.WriteLine(
                $"latency added at {Paced}/s, {name}: {added.TotalMicroseconds, 8:F1} µs   goal {goal.TotalMicroseconds:F0} µs   ratio {goal / added:F2}"
            );
    }

    private static async Task<List<string>> MeasureRateAsync(TextWriter output, PredictionService service, LedgerPredictionLog log)
    {
        var count = int.Parse(
            Environment.GetEnvironmentVariable("HALLMARK_BENCH_PREDICTIONS") ?? "1000000",
            System.Globalization.CultureInfo.InvariantCulture
        );
        var ids = new List<string>();
        GC.Collect();
        var (memory, peak) = (Environment.WorkingSet, 0L);
        var eighths = new long[8];
        var allocated = GC.GetTotalAllocatedBytes();
        var start = Spent.Now;
        var watch = Stopwatch.StartNew();
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(PredictAsync)));
        while (log.UnderWay > 0)
        {
            await Task.Delay(1);
        }

        var rate = count / watch.Elapsed.TotalSeconds;
        var spent = Spent.Now - start;
        output.WriteLine(
            $"logged under full load, {Callers} callers: {rate, 7:F0}/s   goal {RateGoal:F0}/s   ratio {rate / RateGoal:F2}   {spent.For(count)}, {(GC.GetTotalAllocatedBytes() - allocated) / count} bytes allocated each"
        );
        output.WriteLine(
            $"memory over {count} predictions: {memory >> 20} MiB at the beginning, at most {peak >> 20} MiB, {Environment.WorkingSet >> 20} MiB at the end   goal flat; after each eighth: {string.Join(", ", eighths.Select(size => size >> 20))}"
        );
        return ids;

        async Task PredictAsync()
        {
            for (var number = Interlocked.Decrement(ref left); number >= 0; number = Interlocked.Decrement(ref left))
            {
                var prediction = await service.PredictAsync(
                    PlainRunner.Input(),
                    new PredictOptions { WaitsForPlace = true },
                    CancellationToken.None
                );
                if (number % 4_096 == 0)
                {
                    lock (ids)
                    {
                        ids.Add(prediction.DecisionId);
                        peak = Math.Max(peak, Environment.WorkingSet);
                        eighths[(int)(8L * (count - 1 - number) / count)] = Environment.WorkingSet;
                    }
                }
            }
        }
    }

    private static async Task MeasureReceiptsAsync(TextWriter output, LedgerReader ledger, List<string> ids)
    {
        var composer = new PredictionReceiptComposer(ledger);
        var receipts = new List<byte[]>();
        foreach (var id in ids.Take(1_000))
        {
            receipts.Add(PredictionReceiptJson.Write((await composer.FindAsync(id, withRecord: true, CancellationToken.None))!)); // ! logged above
        }

        var bare = PredictionReceiptJson.Write((await composer.FindAsync(ids[0], withRecord: false, CancellationToken.None))!); // ! logged above
        output.WriteLine($"receipt: {bare.Length} bytes, with its record {receipts[0].Length} bytes, before any anchor");

        var verifier = new PredictionReceiptVerifier(new BundleTrust());
        const int Times = 100_000;
        Verify(); // until all of it is compiled as it is run from then on
        var watch = Stopwatch.StartNew();
        Verify();
        var rate = Times / watch.Elapsed.TotalSeconds;
        output.WriteLine($"receipts with records verified: {rate, 7:F0}/s   goal {VerifyGoal:F0}/s   ratio {rate / VerifyGoal:F2}");

        void Verify() =>
            Parallel.For(
                0,
                Times,
                i =>
                {
                    var verified = verifier.VerifyAsync(receipts[i % receipts.Count], CancellationToken.None).GetAwaiter().GetResult();
                    if (verified.Verdict.ExitCode != 0)
                    {
                        throw new InvalidOperationException(verified.Verdict.Checks[0].Detail);
                    }
                }
            );
    }
}
