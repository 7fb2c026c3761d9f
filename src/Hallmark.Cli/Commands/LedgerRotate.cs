using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Home;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark ledger rotate-key</c>.</summary>
internal static class LedgerRotate
{
    /// <summary>The command.</summary>
    public static HallmarkCommand Create(CommandHost host)
    {
        var name = new Argument<string>("name")
        {
            Description = "The key of keys/ that is to sign the checkpoints from now on; made where it is not there yet.",
        };
        var command = new HallmarkCommand(
            "rotate-key",
            "Hand the ledger over to another checkpoint key. The key in force signs an entry that says so, the new one accepts it, and both sign the next checkpoint.",
            "hallmark ledger rotate-key ledger-2027"
        )
        {
            name,
        };
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var done = await session.RotateLedgerKeyAsync(result.GetRequiredValue(name), token).ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(Json(done));
                    }
                    else
                    {
                        Write(host.Terminal, done);
                    }

                    return 0;
                }
            }
        );
        return command;
    }

    private static JsonObject Json(LedgerRotation done) =>
        new()
        {
            ["was_handed_over"] = done.Entry is not null,
            ["origin"] = done.InForce.Name,
            ["entry"] = done.Entry?.Index,
            ["event_id"] = done.Entry?.EventId,
            ["retired_key"] = done.Entry is null ? null : done.Retired.ToString(),
            ["verifier_key"] = done.InForce.ToString(),
            ["checkpoint_size"] = done.Checkpoint?.Size,
            ["key"] = new JsonObject
            {
                ["name"] = done.Successor.Name,
                ["public_key"] = done.Successor.PublicKey.Hex,
                ["path"] = done.Successor.Path,
            },
        };

    private static void Write(Terminal terminal, LedgerRotation done)
    {
        if (done.Entry is not { } entry)
        {
            terminal.Out.WriteLine(
                $"the checkpoints of {done.InForce.Name} are signed with \"{done.Successor.Name}\" already: nothing to do"
            );
            return;
        }

        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{terminal.Strong("ledger " + done.InForce.Name)}  handed over by entry {entry.Index}"
            )
        );
        terminal.Out.WriteLine($"retired     {done.Retired}");
        terminal.Out.WriteLine($"in force    {done.InForce}");
        terminal.Out.WriteLine($"key         \"{done.Successor.Name}\" {done.Successor.Path}{(done.Successor.IsNew ? "  (new)" : "")}");
        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"checkpoint  {done.Checkpoint?.Size} entries, signed by both keys; later ones by the new key alone"
            )
        );
        terminal.Out.WriteLine();
        terminal.Out.WriteLine("Back up the new key now: without it nobody can sign for this ledger any more.");
        terminal.Out.WriteLine(
            "Whoever kept the first verifier key goes on with it: the log itself says who follows (hallmark ledger status)."
        );
        terminal.Out.WriteLine("Events are signed with the signing key as before: \"signing_key\" in hallmark.json, --key.");
    }
}
