using System.Diagnostics;
using System.Globalization;

namespace Hallmark.Ledger.Tests;

/// <summary>A process of its own that appends to a ledger.</summary>
internal static class LedgerProcess
{
    /// <summary>Starts it; it ends by itself after so many appends of each writer, or with 0 when it is killed.</summary>
    public static Process Start(string folder, string run, int writers, int count, int patience = 600_000, int padding = 0)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory.Replace("Hallmark.Ledger.Tests", "Hallmark.Ledger.CrashWriter", StringComparison.Ordinal),
            "Hallmark.Ledger.CrashWriter.dll"
        );
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet"
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var argument in new[]
            {
                program,
                folder,
                run,
                writers.ToString(CultureInfo.InvariantCulture),
                count.ToString(CultureInfo.InvariantCulture),
                patience.ToString(CultureInfo.InvariantCulture),
                "0",
                padding.ToString(CultureInfo.InvariantCulture),
            }
        )
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
