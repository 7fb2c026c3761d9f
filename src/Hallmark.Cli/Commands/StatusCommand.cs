using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark status</c>: how this home does, in one look.</summary>
internal sealed class StatusCommand(CommandHost host)
{
    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand("status", "Show this home's key, ledger, outbox, anchors and trusted keys.", "hallmark status");
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            using var key = session.Keys.Find(result.GetValue(GlobalOptions.Key) ?? session.Settings.SigningKey);
            var ledger = session.FindLedger();
            var entries = ledger is null ? 0 : await ledger.CountAsync(token).ConfigureAwait(false);
            var checkpoint = ledger is null ? null : await ledger.FindLatestCheckpointAsync(token).ConfigureAwait(false);
            var outbox = ledger is null ? [] : await ledger.Outbox.CountAsync(token).ConfigureAwait(false);
            var (toDo, waiting, dead) = (
                outbox.Sum(count => count.Pending),
                outbox.Sum(count => count.Waiting),
                outbox.Sum(count => count.Dead)
            );
            var anchors = await AnchorFacts.ReadAllAsync(session, token).ConfigureAwait(false);

            if (CommandHost.WantsJson(result))
            {
                host.WriteJson(
                    new JsonObject
                    {
                        ["home"] = session.Home.Path,
                        ["signing_key"] = key?.Name,
                        ["public_key"] = key?.PublicKey.Hex,
                        ["entries"] = entries,
                        ["checkpoint_size"] = checkpoint?.Size,
                        ["outbox"] = new JsonObject
                        {
                            ["to_do"] = toDo,
                            ["waiting"] = waiting,
                            ["given_up"] = dead,
                        },
                        ["anchors"] = new JsonArray([.. anchors.Select(anchor => (JsonNode)anchor.ToJson())]),
                        ["trusted_keys"] = session.TrustedKeys.Keys.Length,
                        ["trusted_key_names"] = new JsonArray([.. session.TrustedKeys.Keys.Select(trusted => (JsonNode)trusted.Name)]),
                    }
                );
                return 0;
            }

            var write = host.Terminal.Out;
            write.WriteLine($"home          {session.Home.Path}");
            write.WriteLine(
                key is null
                    ? "signing key   none yet; made on first use, or: hallmark key new NAME"
                    : $"signing key   \"{PlainText.Of(key.Name)}\" {key.PublicKey.Hex}"
            );
            write.WriteLine(
                ledger is null
                    ? "ledger        none yet; made by the first hallmark anchor"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"ledger        {entries} entries, checkpoint over {checkpoint?.Size ?? 0}"
                    )
            );
            write.WriteLine(
                toDo + waiting + dead == 0
                    ? "outbox        empty"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"outbox        {toDo} to do, {waiting} waiting for the world, {dead} given up: hallmark outbox list"
                    )
            );
            write.WriteLine(
                anchors.Count == 0 ? "anchors       none: no outside witness will see this ledger (docs/operations.md)" : "anchors"
            );
            foreach (var anchor in anchors)
            {
                write.WriteLine("  " + anchor.ToLine(host.Terminal));
            }

            write.WriteLine(
                session.TrustedKeys.Keys.IsEmpty
                    ? "trusted keys  none: verdicts say that nobody here vouches for a signer"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"trusted keys  {string.Join(", ", session.TrustedKeys.Keys.Select(trusted => PlainText.Of(trusted.Name)))}"
                    )
            );
            return 0;
        }
    }
}
