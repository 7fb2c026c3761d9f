using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Predictions;
using Hallmark.Ledger;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark receipts get</c>: the receipt of a prediction.</summary>
internal sealed class ReceiptGetCommand(CommandHost host)
{
    private readonly Argument<string> _decision = new("decision_id") { Description = "The prediction's id, as it was answered." };

    private readonly Option<FileInfo?> _output = new("--output", "-o", "--out")
    {
        Description =
            "The file to write; standard output if left out. An older receipt of this prediction grows in its place; another file is not overwritten.",
        HelpName = "file",
    };

    private readonly Option<bool> _withRecord = new("--with-record")
    {
        Description = "Put the record in: model, hashes of input and output, latency, and what the caller added.",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "get",
            "Write the receipt of a prediction, as good as it is by now; hallmark verify receipt reads it anywhere.",
            "hallmark receipts get 8d5b2a66-7c1f-4a53-9a52-0b1c2d3e4f50 -o receipt.json"
        )
        {
            _decision,
            _output,
            _withRecord,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var output = result.GetValue(_output);
        var decision = result.GetRequiredValue(_decision);
        var older = await OlderReceipt.FindAsync(output, decision, token).ConfigureAwait(false);
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var withRecord = result.GetValue(_withRecord) || older is { HasRecord: true };
            var ledger = LedgerCommand.RequireLedger(session);
            var receipt = await FindAsync(ledger, decision, withRecord, token).ConfigureAwait(false);
            if (older is not null)
            {
                var came = await older.ReplaceAsync(receipt, ledger, token).ConfigureAwait(false);
                host.Terminal.Error.WriteLine($"{output}: {came}");
                return 0;
            }

            await OutputFile
                .WriteAsync(host, (byte[])[.. PredictionReceiptJson.Write(receipt), (byte)'\n'], output, token)
                .ConfigureAwait(false);
            return 0;
        }
    }

    private static async Task<PredictionReceipt> FindAsync(
        LedgerReader ledger,
        string decision,
        bool withRecord,
        CancellationToken token
    ) =>
        await new PredictionReceiptComposer(ledger).FindAsync(decision, withRecord, token).ConfigureAwait(false)
        ?? throw new BadInputException(
            $"the ledger holds no prediction \"{decision}\"",
            "the id is the one in the answer: Hallmark-Decision-Id, or decision_id of the record"
        );
}
