using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Core.Notes;
using Hallmark.Home;
using Hallmark.Ledger.Verification;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark ledger verify</c>.</summary>
internal static class LedgerAudit
{
    private static readonly Option<string?> KnownKey = new("--known-key")
    {
        Description = "A checkpoint key that you kept, the first one or a later one: the ledger must have had it.",
        HelpName = "verifier key",
    };

    /// <summary>The command.</summary>
    public static HallmarkCommand Create(CommandHost host)
    {
        var command = new HallmarkCommand(
            "verify",
            "Read every entry, tile and checkpoint again, recompute the root, follow the keys, and name the first thing that does not fit.",
            "hallmark ledger verify"
        )
        {
            KnownKey,
        };
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    return await RunAsync(host, result, session, token).ConfigureAwait(false);
                }
            }
        );
        return command;
    }

    /// <summary>Reads the whole ledger again and says what does not fit.</summary>
    private static async Task<int> RunAsync(CommandHost host, ParseResult result, Session session, CancellationToken token)
    {
        var ledger = LedgerCommand.RequireLedger(session);
        var start = host.Time.GetTimestamp();
        var known = ReadKnownKey(result);
        var found = await LedgerVerifier.VerifyAsync(session.Home.LedgerFolder, progress: null, token).ConfigureAwait(false);
        if (found.IsVerified && known is not null && !found.Keys.HasHad(known))
        {
            found = found with
            {
                FirstFault = new LedgerFault(
                    Index: null,
                    EventId: null,
                    "the ledger's checkpoints never had the key that you know: this is another ledger, or one written anew",
                    known.ToString(),
                    found.Keys.First.ToString()
                ),
            };
        }

        var took = host.Time.GetElapsedTime(start);
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(
                new JsonObject
                {
                    ["verified"] = found.IsVerified,
                    ["origin"] = ledger.Origin,
                    ["entries"] = found.EntryCount,
                    ["checkpoints"] = found.CheckpointCount,
                    ["root"] = found.Root.Hex,
                    ["first_verifier_key"] = found.Keys.First.ToString(),
                    ["verifier_key"] = found.Keys.Current.ToString(),
                    ["handovers"] = new JsonArray([.. found.Keys.Indices.Select(index => (JsonNode)index)]),
                    ["fault"] = found.FirstFault is not { } first
                        ? null
                        : new JsonObject
                        {
                            ["entry"] = first.Index,
                            ["event_id"] = first.EventId,
                            ["what"] = first.What,
                            ["expected"] = first.Expected,
                            ["found"] = first.Found,
                        },
                }
            );
            return found.ExitCode;
        }

        var terminal = host.Terminal;
        if (found.FirstFault is { } fault)
        {
            terminal.Out.WriteLine(
                $"{terminal.Strong("ledger " + ledger.Origin)}  {terminal.Bad("FAILED")}: {PlainText.Of(Where(fault))}{PlainText.Of(fault.What)}"
            );
            Write(terminal, "expected", fault.Expected);
            Write(terminal, "found", fault.Found);
            terminal.Error.WriteLine("hint: somebody changed the ledger, or its disk failed: keep the folder as it is, it is evidence");
            terminal.Error.WriteLine(
                "hint: a backup and any checkpoint kept elsewhere tell what stood there (hallmark ledger proof --from SIZE)"
            );
            return found.ExitCode;
        }

        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{terminal.Strong("ledger " + ledger.Origin)}  {terminal.Good("VERIFIED")}: {found.EntryCount} entries and {found.CheckpointCount} checkpoints read again in {Units.Duration(took)}"
            )
        );
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"  root         {found.Root.Hex}");
        terminal.Out.WriteLine(
            found.Latest is { } latest
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"  checkpoint   {latest.Size} entries, signed {Units.Time(latest.PublishedAt)}"
                )
                : "  checkpoint   none yet"
        );
        terminal.Out.WriteLine($"  key          {found.Keys.Current}");
        if (found.Keys.Length > 0)
        {
            terminal.Out.WriteLine(
                $"  handed over  by entry {string.Join(", ", found.Keys.Indices.Select(index => index.ToString(CultureInfo.InvariantCulture)))}, from {found.Keys.First}"
            );
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine(
            "Does not prove: that nothing was rolled back. Keep a checkpoint elsewhere (hallmark ledger checkpoint), or configure an anchor."
        );
        return found.ExitCode;
    }

    private static NoteVerifierKey? ReadKnownKey(ParseResult result) =>
        result.GetValue(KnownKey) is not { } text ? null
        : NoteVerifierKey.TryParse(text, out var key) ? key
        : throw new BadInputException(
            $"\"{PlainText.Of(text)}\" is no verifier key",
            "it has the form name+id+base64: hallmark ledger status shows it"
        );

    private static string Where(LedgerFault fault) =>
        fault.Index is { } index
            ? string.Create(CultureInfo.InvariantCulture, $"entry {index}{(fault.EventId is null ? "" : $" (event {fault.EventId})")}: ")
            : "";

    private static void Write(Terminal terminal, string name, string? value)
    {
        if (value is not null)
        {
            terminal.Out.WriteLine($"  {name, -9} {PlainText.Of(value)}");
        }
    }
}
