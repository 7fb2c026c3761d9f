using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>
/// <c>hallmark serve</c> under the load of 64 connections, killed (SIGKILL) at random: whatever it answered as <c>logged</c> is in the ledger afterwards, once, with a receipt
/// that verifies. <c>HALLMARK_SERVE_KILLS</c> says how often it is killed; 8 times unless set.
/// </summary>
public sealed class ServeCrashTests
{
    private const string KillsVariable = "HALLMARK_SERVE_KILLS";
    private const int Connections = 64;

    [Fact]
    public async Task What_was_answered_as_logged_has_a_receipt_after_any_kill_and_none_twice()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), CultureInfo.InvariantCulture, out var asked)
            ? asked
            : 8;
        var random = new Random(20261121);
        using var scene = new CommandScene();
        await using var server = await ModelServer.StartAsync();
        var answered = new ConcurrentBag<string>();
        for (var round = 0; round < kills; round++)
        {
            var before = answered.Count;
            using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--concurrency", "64");
            var load = Enumerable.Range(0, Connections).Select(_ => AskUntilItEndsAsync(served, answered)).ToList();
            while (answered.Count < before + Connections && !load.TrueForAll(one => one.IsCompleted))
            {
                await Task.Delay(5);
            }

            await Task.Delay(random.Next(0, 400));
            served.Kill();
            await Task.WhenAll(load);
            await served.WaitAsync();
            Assert.True(answered.Count > before, $"round {round}: nothing was answered; {served.Errors}");
        }

        // A last start takes what is left under a checkpoint.
        await scene.ExpectAsync(0, "outbox", "drain");
        await scene.ExpectAsync(0, "ledger", "verify");
        await RequireReceiptsAsync(scene, answered);
    }

    private static async Task AskUntilItEndsAsync(ServedProcess served, ConcurrentBag<string> answered)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                using var content = new StringContent($"{{\"inputs\":[{i}]}}", Encoding.UTF8, "application/json");
                using var response = await served.Client.PostAsync(new Uri("/invocations", UriKind.Relative), content);
                if (response.StatusCode is HttpStatusCode.OK && response.Headers.GetValues("Hallmark-Receipt-State").Single() == "logged")
                {
                    answered.Add(response.Headers.GetValues("Hallmark-Decision-Id").Single());
                }
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static async Task RequireReceiptsAsync(CommandScene scene, ConcurrentBag<string> answered)
    {
        Assert.Equal(answered.Count, answered.Distinct(StringComparer.Ordinal).Count());
        using var ledger = LedgerReader.Open(Path.Combine(scene.Home, "ledger"));
        var receipts = new PredictionReceiptComposer(ledger);
        var verifier = new PredictionReceiptVerifier(
            new BundleTrust { Judge = (_, _) => new SignerOpinion(SignerStanding.Trusted, Name: null) }
        );
        foreach (var id in answered)
        {
            IReadOnlyList<LoggedEntry> entries = await ledger.FindBySubjectAsync(SubjectKeys.Prediction(id), default);
            Assert.Single(entries);
            var receipt = await receipts.FindAsync(id, withRecord: true, default);
            Assert.NotNull(receipt);
            var verified = await verifier.VerifyAsync(PredictionReceiptJson.Write(receipt), default);
            Assert.True(verified.Verdict.Status is VerdictStatus.Verified, $"{id}: {verified.Verdict}");
        }
    }
}
