using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Checks;
using Hallmark.Core.Recognition;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Commands;

/// <summary>Says what evidence from elsewhere showed, as text or JSON.</summary>
internal static class VerdictAnswer
{
    /// <summary>Writes a verdict on a file: one that no longer reads has no other name than the file's.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(CommandHost host, ParseResult result, Verdict verdict, FileInfo file) =>
        Write(
            host,
            result,
            verdict.Checks is [{ Name: FormCheck.Name }] ? verdict with { Subject = $"{verdict.Subject} {file}" } : verdict
        );

    /// <summary>Writes a verdict.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(CommandHost host, ParseResult result, Verdict verdict)
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(VerdictJson.Write(verdict));
        }
        else
        {
            VerdictText.Write(host.Terminal, verdict, result.GetValue(GlobalOptions.Full), host.Time);
        }

        return verdict.ExitCode;
    }
}
