using System.Net;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Ledger;
using Hallmark.Server.Scoring;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hallmark.Bench.Serving;

/// <summary>
/// Predictions a second over HTTP with 64 connections, each answered when it is on disk, beside the same server without receipts, in turns in one run: for a model that costs
/// next to nothing, for one of 10 MB, and for a process in Python. The callers are a process of their own on the same machine. Run it from the project's root, after
/// <c>tools/install-peers.sh</c>. <c>HALLMARK_BENCH_FOLDER</c> names the disk; the working folder's unless set.
/// </summary>
public sealed class ServeComparison : IComparison
{
    private const int Connections = 64;
    private const int Rounds = 10;
    private const double Goal = 0.8;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6); // less, and part of what is measured is compiled once more while it runs
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    private static readonly ModelIdentity Identity = new()
    {
        Uri = "models:/bench/1",
        Name = "bench",
        Version = "1",
        RunId = "0123456789abcdef0123456789abcdef",
        ArtifactVerified = true,
    };

    /// <inheritdoc />
    public string Name => "serve";

    /// <inheritdoc />
    public void Run(TextWriter output) => RunAsync(output).GetAwaiter().GetResult();

    private static async Task RunAsync(TextWriter output)
    {
        var folder = Path.Combine(
            Environment.GetEnvironmentVariable("HALLMARK_BENCH_FOLDER") ?? Environment.CurrentDirectory,
            $".serve-bench-{Environment.ProcessId}"
        );
        Directory.CreateDirectory(folder);
        ScoringThreads.Prepare(); // as the command does
        try
        {
            foreach (
                var start in (Func<string, Task<ServedModel>>[])
                    [
                        ServedModel.SumAsync,
                        at => ServedModel.OnnxAsync(at, 1),
                        at => ServedModel.OnnxAsync(at, 32),
                        ServedModel.SklearnAsync,
                    ]
            )
            {
                await CompareAsync(await start(folder), folder, output);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(ServedModel model, string folder, TextWriter output)
    {
        await using var runner = model.Runner;
        var bodyFile = Path.Combine(folder, "body.json");
        await File.WriteAllTextAsync(bodyFile, model.Body);
        using var key = Ed25519PrivateKey.Generate();
        await using var ledger = await EventLedger.OpenAsync(
            new LedgerOptions { Folder = Path.Combine(folder, "ledger of " + model.Name) },
            key,
            TimeProvider.System,
            CancellationToken.None
        );
        var logOptions = new PredictionLogOptions { SealsWithoutInterrupting = true }; // as the command does
        await using var log = new LedgerPredictionLog(ledger, key, TimeProvider.System, logOptions);
        var service = new PredictionService(runner, Identity, log, TimeProvider.System, new PredictionServiceOptions());
        var recorded = new GuardedModel(service, Identity, runner, (_, _) => Task.FromResult<ReadOnlyMemory<byte>?>(null));
        await using var with = await StartAsync(recorded);
        await using var without = await StartAsync(new UnrecordedModel(Identity, runner));
        using var callersWith = Callers.Start(with.Address.Port, Connections, bodyFile);
        using var callersWithout = Callers.Start(without.Address.Port, Connections, bodyFile);
        _ = callersWithout.Ask(WarmUp);
        _ = callersWith.Ask(WarmUp);
        var ratios = new List<double>();
        var ofProcessor = new List<double>();
        var before = callersWithout.Ask(Span);
        for (var round = 1; round <= Rounds; round++)
        {
            // Beside what went before and what comes after: the machine does not give the same from one second to the next.
            var receipts = callersWith.Ask(Span);
            var after = callersWithout.Ask(Span);
            var bare = (before.Rate + after.Rate) / 2;
            var bareServer = (before.ServerMicroseconds + after.ServerMicroseconds) / 2;
            var bareClient = (before.ClientMicroseconds + after.ClientMicroseconds) / 2;
            before = after;
            ratios.Add(receipts.Rate / bare);
            ofProcessor.Add((bareServer + bareClient) / (receipts.ServerMicroseconds + receipts.ClientMicroseconds));
            output.WriteLine(
                $"{model.Name, -30} round {round}: {receipts.Rate, 7:F0} receipts/s   without {bare, 7:F0}/s   ratio {receipts.Rate / bare:F2}   "
                    + $"processor of server {receipts.ServerMicroseconds:F0} µs with, {bareServer:F0} µs without; of client {receipts.ClientMicroseconds:F0} µs, {bareClient:F0} µs"
            );
        }

        output.WriteLine(
            $"{model.Name, -30} median ratio {ratios.Order().ElementAt(ratios.Count / 2):F2}   goal {Goal:F2}   ratio of processor time {ofProcessor.Order().ElementAt(ofProcessor.Count / 2):F2}"
        );
    }

    private static Task<ScoringServer> StartAsync(IScoringModel model) =>
        ScoringServer.StartAsync(
            new ScoringServerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) },
            model,
            TimeProvider.System,
            NullLoggerFactory.Instance,
            CancellationToken.None
        );
}
