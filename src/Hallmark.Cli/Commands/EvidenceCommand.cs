using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Evidence;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Composing;
using Hallmark.Evidence.Verification;
using Hallmark.Home;
using Hallmark.Ledger;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark evidence export</c>.</summary>
internal sealed class EvidenceCommand(CommandHost host)
{
    private const string OwnFormat = "hallmark";
    private const string TraceFormat = "ario-trace";
    private const string ExportFormat = "ario-export";

    private readonly Argument<string> _subject = new("subject")
    {
        Description = "A model version (name/version), a run's id, an event's id, index or payload hash, or a receipt's file.",
    };

    private readonly Option<bool> _onlyHashes = new("--only-hashes")
    {
        Description = "Leave the records out: who has the bundle sees hashes only.",
    };

    private readonly Option<FileInfo?> _output = new("--output", "-o")
    {
        Description = "The file to write; standard output if left out. An existing file is not overwritten.",
        HelpName = "file",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "hallmark; or ario-trace, ario-export (with the operators' attestations) for other tools of the ar.io family.",
        HelpName = "format",
        DefaultValueFactory = _ => OwnFormat,
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        _format.AcceptOnlyFromAmong(OwnFormat, TraceFormat, ExportFormat);
        return new HallmarkCommand(
            "evidence",
            "Put all that a stranger needs to reach the verdict into one signed file.",
            "hallmark evidence export credit-scorer/3 -o evidence.json"
        )
        {
            CreateExport(),
        };
    }

    private HallmarkCommand CreateExport()
    {
        var command = new HallmarkCommand(
            "export",
            "Write records, envelopes, ledger proofs, receipts and the verdict as one signed file; hallmark verify bundle reads it anywhere.",
            "hallmark evidence export credit-scorer/3 -o evidence.json"
        )
        {
            _subject,
            _onlyHashes,
            _format,
            _output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var output = result.GetValue(_output);
        OutputFile.RefuseExisting(output);

        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var ledger = LedgerCommand.RequireLedger(session);
            var (subject, events) = await EvidenceSubject.FindAsync(ledger, result.GetRequiredValue(_subject), token).ConfigureAwait(false);
            var (bundle, verdict) = result.GetValue(_format) is { } format and not OwnFormat
                ? await TraceAsync(session, ledger, events, result.GetValue(_onlyHashes), format == ExportFormat, token)
                    .ConfigureAwait(false)
                : await ComposeAsync(session, ledger, subject, events, result.GetValue(_onlyHashes), token).ConfigureAwait(false);
            await OutputFile.WriteAsync(host, bundle, output, token).ConfigureAwait(false);
            host.Terminal.Error.WriteLine(
                $"{PlainText.Of(subject)}  {verdict.Status.ToString().ToUpperInvariant()}: {Units.Size(bundle.Length)}{(output is null ? "" : $" written to {output}")}"
            );
            return verdict.Status is VerdictStatus.Failed ? verdict.ExitCode : 0;
        }
    }

    private async Task<(ReadOnlyMemory<byte> Bundle, Verdict Verdict)> ComposeAsync(
        Session session,
        LedgerReader ledger,
        string subject,
        IReadOnlyList<LoggedEntry> events,
        bool onlyHashes,
        CancellationToken token
    )
    {
        var body = await new BundleComposer(ledger).ComposeAsync(subject, events, onlyHashes, token).ConfigureAwait(false);
        body = body with
        {
            Keys = [.. session.TrustedKeys.Keys.Select(key => new ClaimedKey(key.PublicKey.Hex, key.Name, key.Since, key.Until))],
            VerdictAtExport = await LiveVerdict.FindAsync(host, session, subject, token).ConfigureAwait(false),
        };
        var trust = new BundleTrust { Judge = SignerOption.Read(session, signer: null), Receipts = ReceiptTrust.Of(session) };
        var verdict = (await new BundleVerifier(trust).VerifyAsync(body, token).ConfigureAwait(false)).Verdict;
        return (
            BundleSealer.Seal(BundleBody.BodyType, BundleBodyJson.Write(body), verdict, session.Time.GetUtcNow(), session.OpenSigner()),
            verdict
        );
    }

    private static async Task<(ReadOnlyMemory<byte> Bundle, Verdict Verdict)> TraceAsync(
        Session session,
        LedgerReader ledger,
        IReadOnlyList<LoggedEntry> events,
        bool onlyHashes,
        bool isExport,
        CancellationToken token
    )
    {
        var now = session.Time.GetUtcNow();
        var signer = session.OpenSigner();
        var trace = await new AnchorTraceComposer(ledger).ComposeAsync(events, onlyHashes, now, signer, token).ConfigureAwait(false);
        if (!isExport)
        {
            return (trace.Bundle, trace.Verdict);
        }

        var export = ExportComposer
            .Compose(trace.Bundle.Span, trace.Attestations, signer, new ExportOptions { GeneratedAt = BundleSealer.TimeOf(now) })
            .Evidence.Bytes;
        return (export, FamilyVerdict.Of("export", export));
    }
}
