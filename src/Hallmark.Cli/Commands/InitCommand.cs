using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Home.Settings;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark init</c>: makes the home, its key and its ledger; what is there stays as it is.</summary>
internal sealed class InitCommand(CommandHost host)
{
    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "init",
            "Make the home folder, a signing key and an empty ledger. What exists is never overwritten.",
            "hallmark init --home ./proofs"
        );
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var signer = session.OpenSigner();
            var ledger = await session.OpenLedgerAsync(cancellationToken).ConfigureAwait(false);
            SettingsEditor.CreateWhereMissing(session.Home);

            if (CommandHost.WantsJson(result))
            {
                host.WriteJson(
                    new JsonObject
                    {
                        ["home"] = session.Home.Path,
                        ["public_key"] = signer.PublicKey.Hex,
                        ["key_is_new"] = signer.IsNew,
                        ["ledger_origin"] = ledger.Reader.Origin,
                        ["ledger_verifier_key"] = ledger.Keys.Current.ToString(),
                        ["entries"] = ledger.Count,
                    }
                );
                return 0;
            }

            var text = new StringBuilder()
                .AppendLine($"home        {session.Home.Path}")
                .AppendLine($"signing key \"{PlainText.Of(signer.Name)}\" {signer.PublicKey.Hex}{(signer.IsNew ? "  (new)" : "")}")
                .AppendLine($"ledger      {ledger.Reader.Origin}, {ledger.Count} entries")
                .AppendLine($"verifier    {ledger.Keys.Current}")
                .AppendLine()
                .AppendLine("Give the public key to whoever will verify: they name it with --signer, or in trusted_keys.")
                .AppendLine("Next: hallmark runs list, then hallmark anchor run <run id>");
            host.Terminal.Out.Write(text);
            return 0;
        }
    }
}
