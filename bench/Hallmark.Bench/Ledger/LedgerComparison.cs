using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;

namespace Hallmark.Bench.Ledger;

/// <summary>
/// Durable appends a second of ready envelopes of about 490 bytes under 64 concurrent writers, tiles and checkpoints included, beside the time of one
/// <c>fdatasync</c> on the same disk in the same run. <c>HALLMARK_BENCH_FOLDER</c> names the disk; the working folder's unless set.
/// </summary>
public sealed partial class LedgerComparison : IComparison
{
    private const int Writers = 64;
    private const int Each = 3_000;
    private const double Goal = 50_000;

    /// <inheritdoc />
    public string Name => "ledger";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var folder = Directory
            .CreateDirectory(
                Path.Combine(
                    Environment.GetEnvironmentVariable("HALLMARK_BENCH_FOLDER") ?? Environment.CurrentDirectory,
                    $".ledger-bench-{Environment.ProcessId}"
                )
            )
            .FullName;
        try
        {
            for (var round = 1; round <= 3; round++)
            {
                var sync = MeasureSync(folder);
                var submissions = Enumerable
                    .Range(0, Writers)
                    .Select(_ => Enumerable.Range(0, Each).Select(_ => MakeSubmission()).ToArray())
                    .ToArray();
                var (rate, processor, closing) = AppendAsync(Path.Combine(folder, $"{round}"), submissions).GetAwaiter().GetResult();
                output.WriteLine(
                    $"round {round}: {rate, 7:F0} durable appends/s   goal {Goal:F0}/s   ratio {rate / Goal:F2}   one fdatasync {sync.TotalMilliseconds:F3} ms   "
                        + $"limit of {Writers} appends in each {Writers / sync.TotalSeconds:F0}/s   processor {processor.TotalMicroseconds / (Writers * Each):F1} µs an append   rest published in {closing.TotalSeconds:F2} s"
                );
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Rate, TimeSpan Processor, TimeSpan Closing)> AppendAsync(
        string folder,
        EventSubmission[][] submissions
    )
    {
        using var key = Ed25519PrivateKey.Generate();
        var ledger = await EventLedger.OpenAsync(new LedgerOptions { Folder = folder }, key, TimeProvider.System, CancellationToken.None);
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            submissions.Select(mine =>
                Task.Run(async () =>
                {
                    foreach (var submission in mine)
                    {
                        await ledger.AppendAsync(submission, CancellationToken.None);
                    }
                })
            )
        );
        var rate = submissions.Sum(mine => mine.Length) / watch.Elapsed.TotalSeconds;
        processor = Environment.CpuUsage.TotalTime - processor;
        watch.Restart();
        await ledger.DisposeAsync();
        return (rate, processor, watch.Elapsed);
    }

    private static EventSubmission MakeSubmission()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)));
        return new EventSubmission
        {
            EventId = id,
            EventType = "training",
            PayloadHash = hash,
            SubjectKey = "run:" + hash[..32],
            Envelope = Encoding.ASCII.GetBytes(
                $"{{\"event_id\":\"{id}\",\"event_type\":\"training\",\"payload_hash\":\"{hash}\",\"public_key\":\"{new string('k', 64)}\",\"signature\":\"{new string('s', 128)}\",\"pad\":\"{new string('x', 100)}\"}}"
            ),
        };
    }

    private static TimeSpan MeasureSync(string folder)
    {
        const int Times = 300;
        using var file = File.OpenHandle(Path.Combine(folder, "sync"), FileMode.Create, FileAccess.Write);
        var page = new byte[4096];
        RandomAccess.Write(file, page, 0);
        RandomAccess.FlushToDisk(file);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Times; i++)
        {
            RandomAccess.Write(file, page, 0);
            if (FlushData((int)file.DangerousGetHandle()) != 0)
            {
                throw new IOException($"fdatasync failed with {Marshal.GetLastPInvokeError()}");
            }
        }

        return watch.Elapsed / Times;
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(int descriptor);
}
