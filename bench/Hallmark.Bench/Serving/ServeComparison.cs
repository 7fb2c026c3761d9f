using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Ledger;
using Hallmark.Server.Scoring;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hallmark.Bench.Serving;

/// <summary>
/// Predictions a second over HTTP with 64 connections, each answered when it is on disk, beside the same server without receipts, in turns in one run. The clients share the
/// machine with the server. <c>HALLMARK_BENCH_FOLDER</c> names the disk; the working folder's unless set.
/// </summary>
public sealed class ServeComparison : IComparison
{
    private const int Connections = 64;
    private const double Goal = 0.8;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(4);

    private static readonly ModelIdentity Identity = new()
    {
        Uri = "models:/sum/1",
        Name = "sum",
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
        try
        {
            using var key = Ed25519PrivateKey.Generate();
            await using var ledger = await EventLedger.OpenAsync(
                new LedgerOptions { Folder = folder },
                key,
                TimeProvider.System,
                CancellationToken.None
            );
            await using var log = new LedgerPredictionLog(ledger, key, TimeProvider.System, new PredictionLogOptions());
            await using var runner = new SumRunner();
            var service = new PredictionService(runner, Identity, log, TimeProvider.System, new PredictionServiceOptions());
            var recorded = new GuardedModel(service, Identity, runner, (_, _) => Task.FromResult<ReadOnlyMemory<byte>?>(null));
            await using var with = await StartAsync(recorded);
            await using var without = await StartAsync(new UnrecordedModel(Identity, runner));
            var ratios = new List<double>();
            for (var round = 0; round <= 4; round++)
            {
                var bare = await MeasureAsync(without.Address);
                var receipts = await MeasureAsync(with.Address);
                if (round > 0)
                {
                    ratios.Add(receipts.Rate / bare.Rate);
                    output.WriteLine(
                        $"round {round}: {receipts.Rate, 7:F0} receipts/s   without receipts {bare.Rate, 7:F0}/s   ratio {receipts.Rate / bare.Rate:F2}   goal {Goal:F2}   "
                            + $"processor of server and client {receipts.Processor:F0} µs with, {bare.Processor:F0} µs without"
                    );
                }
            }

            output.WriteLine($"median ratio {ratios.Order().ElementAt(ratios.Count / 2):F2}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<ScoringServer> StartAsync(IScoringModel model) =>
        ScoringServer.StartAsync(
            new ScoringServerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) },
            model,
            TimeProvider.System,
            NullLoggerFactory.Instance,
            CancellationToken.None
        );

    // Bare sockets: a client library would cost more than the server.
    private static async Task<(double Rate, double Processor)> MeasureAsync(Uri address)
    {
        const string Body = """{"inputs":[[5.1,3.5,1.4,0.2]]}""";
        var request = Encoding.ASCII.GetBytes(
            $"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"
        );
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => AskAsync(address, request, watch))));
        var rate = counts.Sum() / watch.Elapsed.TotalSeconds;
        return (rate, (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / counts.Sum());
    }

    private static async Task<long> AskAsync(Uri address, byte[] request, Stopwatch watch)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        var answer = new byte[4_096];
        long answered = 0;
        for (; watch.Elapsed < Span; answered++)
        {
            await socket.SendAsync(request);
            var length = 0;
            do
            {
                var read = await socket.ReceiveAsync(answer.AsMemory(length));
                length += read > 0 ? read : throw new InvalidOperationException("the server closed the connection");
            } while (!answer.AsSpan(0, length).EndsWith("]}"u8));
            if (!answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
            {
                throw new InvalidOperationException(Encoding.ASCII.GetString(answer, 0, length));
            }
        }

        return answered;
    }
}
