using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Home;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark receipts list|show|refresh|export|get|disclose|forget</c>: what the anchors gave back.</summary>
internal sealed class ReceiptsCommand(CommandHost host)
{
    private const int MaxListed = 1_000;
    private readonly WitnessOptions _witnesses = new();

    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand("receipts", "What the anchors gave back: list, check, renew, take along.", "hallmark receipts show 0")
        {
            CreateList(),
            CreateShow(),
            CreateRefresh(),
            CreateExport(),
            new ReceiptGetCommand(host).Create(),
            new ReceiptDiscloseCommand(host).Create(),
            new ReceiptForgetCommand(host).Create(),
        };

    private HallmarkCommand CreateList()
    {
        var anchor = AnchorOption();
        var state = new Option<string?>("--state") { Description = "Only those in this state.", HelpName = "state" };
        state.AcceptOnlyFromAmong([.. Enum.GetValues<ReceiptState>().Select(AnchorReceiptJson.NameOf)]);
        var command = new HallmarkCommand(
            "list",
            "List the newest receipts, as they claim to be; show checks them.",
            "hallmark receipts list --state submitted"
        )
        {
            anchor,
            state,
        };
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    ReceiptState? wanted = result.GetValue(state) is { } word ? Enum.Parse<ReceiptState>(word, ignoreCase: true) : null;
                    var receipts = await LedgerCommand
                        .RequireLedger(session)
                        .Receipts.ListAsync(result.GetValue(anchor), wanted, MaxListed, token)
                        .ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(new JsonArray([.. receipts.Select(receipt => (JsonNode)AnchorReceiptJson.ToJson(receipt))]));
                        return 0;
                    }

                    if (receipts.Count == 0)
                    {
                        host.Terminal.Out.WriteLine(
                            session.Anchors.Count == 0
                                ? "No receipt: no anchor is configured. Next: hallmark anchors add NAME TYPE …"
                                : "No receipt: record something, then: hallmark outbox drain"
                        );
                    }

                    foreach (var receipt in receipts)
                    {
                        var what = receipt.TreeSize is { } size ? $"checkpoint {size}" : "envelope " + Units.Short(receipt.Digest.Hex);
                        host.Terminal.Out.WriteLine(
                            $"{Units.Time(receipt.PreparedAt)}  {PlainText.Of(receipt.Anchor), -14}  {AnchorReceiptJson.NameOf(receipt.State), -9}  {what, -24}  {PlainText.Of(receipt.Reference ?? receipt.Remark ?? "")}".TrimEnd()
                        );
                    }

                    return 0;
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateShow()
    {
        var entry = EntryArgument();
        var command = new HallmarkCommand(
            "show",
            "Check and show every witness of an entry. Exit code 1 where a receipt is refuted or a policy is not met.",
            "hallmark receipts show 0"
        )
        {
            entry,
        };
        _witnesses.AddTo(command);
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var ledger = LedgerCommand.RequireLedger(session);
                    var found = await LedgerCommand.FindEntryAsync(ledger, result.GetRequiredValue(entry), token).ConfigureAwait(false);
                    var findings = await _witnesses
                        .Search(result, session)
                        .FindAsync(found.Envelope, found.Index, SignedAt(found), token)
                        .ConfigureAwait(false);
                    WriteWitnesses(result, session, found, findings);
                    return new Verdict($"entry {found.Index}", findings.Checks) switch
                    {
                        { Checks.IsEmpty: true } => 0,
                        { Status: VerdictStatus.Failed } => 1,
                        { Checks: var checks } => checks.Any(check => check is { IsRequired: true, Outcome: CheckOutcome.NotRun }) ? 3 : 0,
                    };
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateRefresh()
    {
        var anchor = AnchorOption();
        var command = new HallmarkCommand(
            "refresh",
            "Ask now after every receipt that is not final, also where its time has not come. Exit code 3 where an anchor did not answer.",
            "hallmark receipts refresh"
        )
        {
            anchor,
        };
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    LedgerCommand.RequireLedger(session);
                    var refreshed = await ReceiptRefresh.RunAsync(session, result.GetValue(anchor), token).ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(refreshed.ToJson());
                    }
                    else
                    {
                        host.Terminal.Out.WriteLine(refreshed.Describe());
                        foreach (var failure in refreshed.Failures)
                        {
                            host.Terminal.Error.WriteLine($"hint: {PlainText.Of(failure)}");
                        }
                    }

                    return refreshed.Failures.Count > 0 ? 3 : 0;
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateExport()
    {
        var entry = EntryArgument();
        var anchor = AnchorOption();
        var output = new Option<DirectoryInfo>("--output")
        {
            Description = "The folder to write to; made where it is missing.",
            HelpName = "folder",
            DefaultValueFactory = _ => new DirectoryInfo("."),
        };
        var command = new HallmarkCommand(
            "export",
            "Write each receipt of an entry as a file, beside the bytes that it speaks of, to be checked elsewhere.",
            "hallmark receipts export 0 --output ./receipts"
        )
        {
            entry,
            anchor,
            output,
        };
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var ledger = LedgerCommand.RequireLedger(session);
                    var found = await LedgerCommand.FindEntryAsync(ledger, result.GetRequiredValue(entry), token).ConfigureAwait(false);
                    var files = await ReceiptExport
                        .WriteAsync(ledger, found, result.GetValue(anchor), result.GetRequiredValue(output), token)
                        .ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(new JsonArray([.. files.Select(file => (JsonNode)file)]));
                    }
                    else
                    {
                        foreach (var file in files)
                        {
                            host.Terminal.Out.WriteLine(file);
                        }
                    }

                    return 0;
                }
            }
        );
        return command;
    }

    private void WriteWitnesses(ParseResult result, Session session, LoggedEntry entry, WitnessFindings findings)
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(
                new JsonObject
                {
                    ["entry"] = entry.Index,
                    ["event_id"] = entry.EventId,
                    ["envelope_digest"] = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span).ToString(),
                    ["witnesses"] = new JsonArray([.. findings.Witnesses.Select(witness => (JsonNode)WitnessJson.Write(witness))]),
                }
            );
            return;
        }

        var terminal = host.Terminal;
        terminal.Out.WriteLine(
            $"{terminal.Strong($"entry {entry.Index}")}  {PlainText.Of(entry.EventType ?? "event")} {PlainText.Of(entry.EventId)}"
        );
        foreach (var check in findings.Checks.Where(check => check.Name != WitnessFindings.WitnessesCheck))
        {
            terminal.Out.WriteLine(
                $"  {VerdictText.Mark(terminal, check.Outcome)} {check.Name.Replace('_', ' ')}  {PlainText.Of(check.Detail ?? "")}"
            );
        }

        if (findings.Witnesses.IsEmpty)
        {
            terminal.Out.WriteLine(
                session.Anchors.Count == 0
                    ? "  no witness: no anchor is configured. Next: hallmark anchors add NAME TYPE …"
                    : "  no receipt yet. Next: hallmark outbox drain"
            );
        }

        foreach (var witness in findings.Witnesses)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(
                $"  {WitnessWords.Mark(terminal, witness)} {terminal.Strong(PlainText.Of(witness.Anchor))}  {PlainText.Of(WitnessWords.State(witness, host.Time))}"
            );
            terminal.Out.WriteLine($"      proves     {PlainText.Of(WitnessWords.Proves(witness))}");
            terminal.Out.WriteLine($"      trusting   {PlainText.Of(witness.Trust)}");
            if (witness.Reference is { } reference)
            {
                terminal.Out.WriteLine($"      lies at    {PlainText.Of(reference)}");
            }

            foreach (var check in witness.Checks)
            {
                terminal.Out.WriteLine(
                    $"      {VerdictText.Mark(terminal, check.Outcome)} {check.Name.Replace('_', ' '), -18} {PlainText.Of(check.Detail ?? "")}".TrimEnd()
                );
            }
        }
    }

    private static DateTimeOffset? SignedAt(LoggedEntry entry) =>
        StrictJson.Parse(entry.Envelope.Span)?["signed_at"] is JsonValue value
        && value.TryGetValue<string>(out var text)
        && EnvelopeTime.TryParse(text, out var time)
            ? time
            : null;

    private static Argument<string> EntryArgument() => new("entry") { Description = "The entry's index, event id or payload hash." };

    private static Option<string?> AnchorOption() => new("--anchor") { Description = "Only this anchor's.", HelpName = "name" };
}
