using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Commands;

/// <summary>What the store says of a subject now: goes into a bundle for its reader's information.</summary>
internal static class LiveVerdict
{
    /// <summary>The verdict with the store at hand; null for a subject that no store knows, or where the store is out of reach.</summary>
    public static async Task<JsonObject?> FindAsync(CommandHost host, Session session, string subject, CancellationToken token)
    {
        try
        {
            using var progress = new HashingLine(host);
            var verdict = subject.Split(':', 2) switch
            {
                ["run", var run] => await new RunVerifier(Scope()).VerifyAsync(run, token).ConfigureAwait(false),
                ["model", var version] when ModelName.SplitWhole(version) is var (name, number) => await new ModelVersionVerifier(Scope())
                    .VerifyAsync(name, number, token)
                    .ConfigureAwait(false),
                _ => (Verdict?)null,
            };
            return verdict is null ? null : VerdictJson.Write(verdict);

            VerificationScope Scope() =>
                VerifyCommand.ScopeOf(
                    session,
                    signer: null,
                    progress,
                    session.FindWitnesses(isLive: false, session.Settings.WitnessPolicy)
                );
        }
        catch (HallmarkException failure) when (failure is BadInputException or UnavailableException)
        {
            host.Terminal.Error.WriteLine($"the store was not asked: {failure.Message}");
            return null;
        }
    }
}
