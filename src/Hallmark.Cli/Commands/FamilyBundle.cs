using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Checks;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Commands;

/// <summary>Verifies evidence bundles of the ar.io family with the family's own rules and exit codes (envelope family §11 to §16).</summary>
internal sealed class FamilyBundle(CommandHost host, FamilyOptions options)
{
    /// <summary>Verifies a wrapper or an inclusion bundle; asks the gateways that were named.</summary>
    /// <returns>0 verified or partial, 1 failed or damaged, 2 malformed, 3 partial because something was out of reach.</returns>
    public async Task<int> VerifyAsync(ParseResult result, FileInfo file, ReadOnlyMemory<byte> bundle, CancellationToken token)
    {
        var inputs = await options.ReadAsync(result, token).ConfigureAwait(false);
        if (inputs.Gateways.Count > 0 && result.GetValue(GlobalOptions.Offline))
        {
            throw new BadInputException("--gateway asks the network and --offline forbids it", "leave one of the two out");
        }

        var found =
            inputs.Gateways.Count == 0
                ? ProofFile.Verify(bundle.Span, inputs)
                : await AskGatewaysAsync(result, bundle, inputs, token).ConfigureAwait(false);
        if (found.Status is EvidenceStatus.Malformed && FamilyDamage.Find(bundle.Span) is { } damage)
        {
            return VerdictAnswer.Write(host, result, new Verdict("evidence bundle", [damage]), file);
        }

        if (found.Inclusion is { } inclusion)
        {
            return InclusionAnswer.Write(host, result, inclusion);
        }

        var verification = found.Evidence!; // ! one of the two is there
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(verification.ToJson());
            return verification.ExitCode;
        }

        Write(verification);
        return verification.ExitCode;
    }

    private async Task<ProofFileResult> AskGatewaysAsync(
        ParseResult result,
        ReadOnlyMemory<byte> bundle,
        EvidenceInputs inputs,
        CancellationToken token
    )
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var gateways = new GatewayFetch(session.CreateAnchorHttp());
            return await ProofFile.VerifyAsync(bundle, inputs, gateways.FetchAsync, token).ConfigureAwait(false);
        }
    }

    private void Write(EvidenceVerification verification)
    {
        var terminal = host.Terminal;
        var word = verification.Status.ToString().ToUpperInvariant();
        terminal.Out.WriteLine(
            $"{terminal.Strong(PlainText.Of(verification.BodyType ?? "evidence bundle"))}  {(verification.Status switch
            {
                EvidenceStatus.Verified => terminal.Good(word),
                EvidenceStatus.Partial => terminal.Undecided(word),
                _ => terminal.Bad(word),
            })}"
        );
        terminal.Out.WriteLine();
        Line("wrapper", verification.BodyHashOk && verification.SignatureOk, "body hash and signature");
        foreach (var checkpoint in verification.Checkpoints)
        {
            Line("checkpoint", checkpoint.IsOk, Join(checkpoint.TxId, checkpoint.Errors));
        }

        foreach (var item in verification.Events)
        {
            Line("event", item.IsOk, Join(item.EventId, item.Errors));
        }

        foreach (var attestation in verification.Export?.Attestations ?? [])
        {
            Line("attestation", attestation.IsOk, Join(attestation.Operator, attestation.Errors));
        }

        foreach (var note in verification.Errors.Concat(verification.Findings.Select(finding => $"{finding.Subject}: {finding.Detail}")))
        {
            terminal.Out.WriteLine($"  {terminal.Undecided("–")} {"note", -18} {PlainText.Of(note)}");
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine("Says nothing about whose keys signed: compare them with keys that you know.");
    }

    private void Line(string name, bool holds, string text) =>
        host.Terminal.Out.WriteLine($"  {(holds ? host.Terminal.Good("✔") : host.Terminal.Bad("✘"))} {name, -18} {PlainText.Of(text)}");

    private static string Join(string id, IReadOnlyList<string> errors) => errors.Count == 0 ? id : $"{id}: {string.Join("; ", errors)}";
}
