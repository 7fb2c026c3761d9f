using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Home;
using Hallmark.Inference.Predictions.Salted;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark receipts disclose</c>: one field of a prediction, provable without the others.</summary>
internal sealed class ReceiptDiscloseCommand(CommandHost host)
{
    private readonly Argument<string> _decision = new("decision_id") { Description = "The prediction's id." };

    private readonly Option<string> _field = new("--field")
    {
        Description = "The field's name.",
        HelpName = "name",
        Required = true,
    };

    private readonly Option<string> _value = new("--value")
    {
        Description = "The field's value as JSON, from your own records: it is kept nowhere here.",
        HelpName = "json",
        Required = true,
    };

    private readonly Option<string> _side = new("--side")
    {
        Description = "input or output.",
        HelpName = "side",
        DefaultValueFactory = _ => FieldSalt.Input,
    };

    private readonly Option<FileInfo?> _output = new("--output", "-o", "--out")
    {
        Description = "The file to write; standard output if left out. An existing file is not overwritten.",
        HelpName = "file",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        _side.AcceptOnlyFromAmong(FieldSalt.Input, FieldSalt.Output);
        var command = new HallmarkCommand(
            "disclose",
            "Lay one field of a prediction open, with its salt; hallmark verify receipt --disclosure proves it. Exit code 1 where the value is another.",
            "hallmark receipts disclose 8d5b2a66-7c1f-4a53-9a52-0b1c2d3e4f50 --field age --value 41"
        )
        {
            _decision,
            _field,
            _value,
            _side,
            _output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var output = result.GetValue(_output);
        OutputFile.RefuseExisting(output);

        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var disclosure = Find(session, result);
            var payload = await FindPayloadAsync(session, disclosure.DecisionId, token).ConfigureAwait(false);
            if (disclosure.FindFault(payload) is { } fault)
            {
                host.Terminal.Error.WriteLine($"error: {fault}");
                return 1;
            }

            await OutputFile.WriteAsync(host, (byte[])[.. disclosure.Write(), (byte)'\n'], output, token).ConfigureAwait(false);
            return 0;
        }
    }

    private FieldDisclosure Find(Session session, ParseResult result)
    {
        var (decision, side, field) = (result.GetRequiredValue(_decision), result.GetRequiredValue(_side), result.GetRequiredValue(_field));
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(result.GetRequiredValue(_value)), out var value, out var refusal))
        {
            throw new BadInputException($"the value is not JSON: {refusal.Message}", "a text stands in quotation marks: --value '\"red\"'");
        }

        using var salts = SaltFile.Require(session);
        var salt =
            salts.Find(decision, side, field)
            ?? throw new BadInputException(
                $"there is no salt for the {side}'s field \"{field}\" of prediction {decision}",
                "it was forgotten, or the prediction was not committed to field by field"
            );
        return new FieldDisclosure
        {
            DecisionId = decision,
            Side = side,
            Field = field,
            Salt = salt,
            Value = value,
        };
    }

    private static async Task<JsonObject> FindPayloadAsync(Session session, string decision, CancellationToken token)
    {
        var entries = await LedgerCommand
            .RequireLedger(session)
            .FindBySubjectAsync(SubjectKeys.Prediction(decision), token)
            .ConfigureAwait(false);
        return entries is [{ Record: { } record }, ..] && PredictionPayload.Find(record.Span) is { } payload
            ? payload
            : throw new BadInputException($"the ledger holds no prediction \"{decision}\"");
    }
}
