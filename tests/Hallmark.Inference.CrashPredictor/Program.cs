using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Signatures;
using Hallmark.Inference.CrashPredictor;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;
using Hallmark.Ledger;

// Predicts with several callers until it is killed, and says on stdout each decision id once it is logged: "logged <decision id>", after "opened".
// Arguments: folder, callers.
var (folder, callers) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
using var output = Console.OpenStandardOutput();
var gate = new Lock();
using var key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
await using var ledger = await EventLedger.OpenAsync(
    new LedgerOptions
    {
        Folder = folder,
        Origin = "ledger.example/predictions",
        PublishInterval = TimeSpan.FromMilliseconds(10),
        LockTimeout = TimeSpan.FromSeconds(60),
    },
    key,
    TimeProvider.System,
    CancellationToken.None
);
await using var log = new LedgerPredictionLog(ledger, key, TimeProvider.System, new PredictionLogOptions { BatchedFromPerSecond = 50 });
var identity = new ModelIdentity
{
    Uri = "models:/credit-scorer/3",
    Name = "credit-scorer",
    Version = "3",
    RunId = "0123456789abcdef0123456789abcdef",
};
await using var runner = new Doubling();
var service = new PredictionService(runner, identity, log, TimeProvider.System, new PredictionServiceOptions());
Say("opened");
await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => PredictAsync(caller))));

async Task PredictAsync(int caller)
{
    for (var i = 0; ; i++)
    {
        var prediction = await service.PredictAsync(
            ModelInput.Of(new JsonArray(caller, i)),
            new PredictOptions { WaitsForPlace = true },
            CancellationToken.None
        );
        await prediction.WaitAsync(PredictionStage.Logged, CancellationToken.None);
        Say("logged " + prediction.DecisionId);
    }
}

// One unbuffered write for each line: what was said before the kill was said.
void Say(string line)
{
    var bytes = Encoding.ASCII.GetBytes(line + "\n");
    lock (gate)
    {
        output.Write(bytes);
    }
}
