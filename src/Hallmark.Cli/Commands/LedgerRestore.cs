using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Ledger;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark ledger restore</c>.</summary>
internal static class LedgerRestore
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The command.</summary>
    public static HallmarkCommand Create(CommandHost host)
    {
        var command = new HallmarkCommand(
            "restore",
            "Make lost tiles and checkpoint files again from the ledger's database, after every signed root was recomputed. Nothing is signed or replaced.",
            "hallmark ledger restore"
        );
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var done = await PublishedFiles
                        .RestoreAsync(session.Home.LedgerFolder, LockTimeout, host.Time, token)
                        .ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(
                            new JsonObject
                            {
                                ["entries"] = done.EntryCount,
                                ["checkpoints"] = done.CheckpointCount,
                                ["files_written"] = done.WrittenCount,
                            }
                        );
                        return 0;
                    }

                    host.Terminal.Out.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{done.CheckpointCount} signed checkpoints recomputed from {done.EntryCount} entries; {(done.WrittenCount == 0 ? "no file was missing" : $"{done.WrittenCount} missing files written")}"
                        )
                    );
                    return 0;
                }
            }
        );
        return command;
    }
}
