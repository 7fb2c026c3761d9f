using System.Diagnostics;
using System.Globalization;
using Hallmark.Core.Checks;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;
using Hallmark.Ledger;
using Hallmark.Ledger.Verification;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>A real process that predicts and is killed at random: whatever it has answered as logged is there once and has a receipt that verifies.</summary>
public sealed class PredictionCrashTests : IDisposable
{
    private const int Kills = 25;
    private readonly TemporaryFolder _home = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task After_25_kills_every_prediction_that_was_answered_is_there_once_with_a_receipt_that_verifies()
    {
        var random = new Random(20261121);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start(callers: 64);

            // A few die before their first answer; most while they predict.
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var isEarly = random.Next(6) == 0;
            var reading = ReadAsync(process, begun, isEarly ? "opened" : "logged ", isEarly ? 1 : random.Next(1, 40));
            await Task.WhenAny(begun.Task, reading).WaitAsync(TimeSpan.FromMinutes(3));
            await Task.Delay(random.Next(20));
            process.Kill();
            await process.WaitForExitAsync();
            await reading;
        }

        Assert.True(_answered.Count > Kills, $"only {_answered.Count} predictions were answered: the kills came too early");
        await CheckAsync();
    }

    private async Task CheckAsync()
    {
        // Opening completes what the last kill left; closing publishes all of it.
        var options = new LedgerOptions { Folder = Folder };
        await (await EventLedger.OpenAsync(options, PredictionHome.Key, TimeProvider.System, CancellationToken.None)).DisposeAsync();
        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None)).FirstFault);

        using var reader = LedgerReader.Open(Folder);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in reader.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            Assert.True(seen.Add(entry.SubjectKey!), $"{entry.SubjectKey} stands twice");
        }

        var composer = new PredictionReceiptComposer(reader);
        var verifier = new PredictionReceiptVerifier(new BundleTrust());
        foreach (var decisionId in _answered)
        {
            Assert.Contains(SubjectKeys.Prediction(decisionId), seen);
            var receipt = await composer.FindAsync(decisionId, withRecord: true, CancellationToken.None);
            var verified = await verifier.VerifyAsync(PredictionReceiptJson.Write(receipt!), CancellationToken.None);
            Assert.True(verified.Verdict.Status is VerdictStatus.Verified, $"{decisionId}: {verified.Verdict.Status}");
        }
    }

    private Process Start(int callers)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory.Replace("Hallmark.Inference.Tests", "Hallmark.Inference.CrashPredictor", StringComparison.Ordinal),
            "Hallmark.Inference.CrashPredictor.dll"
        );
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet"
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var argument in new[] { program, Folder, callers.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private async Task ReadAsync(Process process, TaskCompletionSource begun, string sign, int times)
    {
        var text = "";
        var buffer = new char[8192];
        while (await process.StandardOutput.ReadAsync(buffer) is > 0 and var read)
        {
            text += new string(buffer, 0, read);
            var end = text.LastIndexOf('\n') + 1;
            foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith(sign, StringComparison.Ordinal) && --times == 0)
                {
                    begun.TrySetResult();
                }

                if (line.StartsWith("logged ", StringComparison.Ordinal))
                {
                    Assert.True(_answered.Add(line["logged ".Length..]), $"{line} was said twice");
                }
            }

            text = text[end..];
        }
    }
}
