using System.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Evidence;

namespace Hallmark.Cli.Commands;

/// <summary>What came of inclusion bundles of the ar.io family, <c>ario.agent.proof/v1</c> (envelope family §10).</summary>
internal static class InclusionAnswer
{
    /// <summary>Says what came of one.</summary>
    /// <returns>The family's exit code.</returns>
    public static int Write(CommandHost host, ParseResult result, InclusionBundleVerification verification)
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(verification.ToJson());
            return verification.ExitCode;
        }

        var terminal = host.Terminal;
        var word = verification.Status.ToString().ToUpperInvariant();
        terminal.Out.WriteLine(
            $"{terminal.Strong(EvidenceFormat.InclusionBundle)}  {(verification.IsOk ? terminal.Good(word) : terminal.Bad(word))}"
        );
        foreach (var error in verification.Errors)
        {
            terminal.Out.WriteLine($"  {terminal.Bad("✘")} {PlainText.Of(error)}");
        }

        terminal.Out.WriteLine("Says nothing about whose key signed: compare it with a key that you know.");
        return verification.ExitCode;
    }
}
