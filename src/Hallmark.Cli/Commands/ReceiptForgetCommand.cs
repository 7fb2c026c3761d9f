using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark receipts forget</c>: salts are deleted, and what they hid can be linked to nobody any more.</summary>
internal sealed class ReceiptForgetCommand(CommandHost host)
{
    private readonly Argument<string> _decision = new("decision_id") { Description = "The prediction's id." };

    private readonly Option<string?> _field = new("--field")
    {
        Description = "Only this field, of input and output; every field if left out.",
        HelpName = "name",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "forget",
            "Delete the salts of a prediction for good: nobody can show or guess its fields any more, and its receipt stays valid.",
            "hallmark receipts forget 8d5b2a66-7c1f-4a53-9a52-0b1c2d3e4f50 --field age"
        )
        {
            _decision,
            _field,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            using var salts = SaltFile.Require(session);
            var (decision, field) = (result.GetRequiredValue(_decision), result.GetValue(_field));
            var deleted = salts.Forget(decision, field);
            if (deleted == 0)
            {
                throw new BadInputException(
                    $"there is no salt of prediction {decision}{(field is null ? "" : $" for a field \"{field}\"")}",
                    "it was forgotten before, and nothing of it is left, or the prediction was not committed to field by field"
                );
            }

            if (CommandHost.WantsJson(result))
            {
                host.WriteJson(new JsonObject { ["decision_id"] = decision, ["forgotten"] = deleted });
            }
            else
            {
                host.Terminal.Out.WriteLine($"{deleted} salts of prediction {decision} are deleted; its receipt stays valid");
            }

            return 0;
        }
    }
}
