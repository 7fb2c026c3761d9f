using Hallmark.Home;
using Hallmark.Ledger;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark ledger export</c>.</summary>
internal static class ExportFile
{
    /// <summary>Writes all entries to a file or to standard output.</summary>
    public static async Task<int> RunAsync(CommandHost host, Session session, FileInfo? output, CancellationToken token)
    {
        var ledger = LedgerCommand.RequireLedger(session);
        if (output is null)
        {
            await host.Terminal.Out.FlushAsync(token).ConfigureAwait(false);
            var standard = Console.OpenStandardOutput();
            await using (standard.ConfigureAwait(false))
            {
                await LedgerExport.WriteAsync(ledger, standard, token).ConfigureAwait(false);
            }

            return 0;
        }

        OutputFile.RefuseExisting(output);

        var file = new FileStream(output.FullName, FileMode.CreateNew, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            await LedgerExport.WriteAsync(ledger, file, token).ConfigureAwait(false);
        }

        host.Terminal.Error.WriteLine($"{await ledger.CountAsync(token).ConfigureAwait(false)} entries written to {output}");
        return 0;
    }
}
