using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Home;
using Hallmark.Ledger;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark ledger status|checkpoint|proof|verify|export|restore|rotate-key</c>.</summary>
internal sealed class LedgerCommand(CommandHost host)
{
    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand("ledger", "Look at this home's ledger, prove entries of it, and verify it whole.", "hallmark ledger verify")
        {
            CreateStatus(),
            CreateCheckpoint(),
            CreateProof(),
            LedgerAudit.Create(host),
            CreateExport(),
            LedgerRestore.Create(host),
            LedgerRotate.Create(host),
        };

    private HallmarkCommand CreateStatus()
    {
        var command = new HallmarkCommand("status", "Show size, root, latest checkpoint and verifier key.", "hallmark ledger status");
        command.SetAction(
            (result, token) =>
                WithLedgerAsync(
                    result,
                    async (_, ledger) =>
                    {
                        var checkpoint = await ledger.FindLatestCheckpointAsync(token).ConfigureAwait(false);
                        var count = await ledger.CountAsync(token).ConfigureAwait(false);
                        var keys = await ledger.FindKeysAsync(token).ConfigureAwait(false);
                        if (CommandHost.WantsJson(result))
                        {
                            host.WriteJson(
                                new JsonObject
                                {
                                    ["origin"] = ledger.Origin,
                                    ["verifier_key"] = keys.Current.ToString(),
                                    ["first_verifier_key"] = keys.First.ToString(),
                                    ["handovers"] = new JsonArray([.. keys.Indices.Select(index => (JsonNode)index)]),
                                    ["entries"] = count,
                                    ["checkpoint_size"] = checkpoint?.Size,
                                    ["root"] = checkpoint?.Root.Hex,
                                }
                            );
                            return 0;
                        }

                        host.Terminal.Out.WriteLine($"ledger      {ledger.Origin}");
                        host.Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"entries     {count}"));
                        host.Terminal.Out.WriteLine(
                            checkpoint is null
                                ? "checkpoint  none yet"
                                : string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"checkpoint  {checkpoint.Size} entries, root {checkpoint.Root.Hex}, signed {Units.Time(checkpoint.PublishedAt)}"
                                )
                        );
                        host.Terminal.Out.WriteLine($"verifier    {keys.Current}");
                        if (keys.Length > 0)
                        {
                            host.Terminal.Out.WriteLine(
                                $"handed over by entry {string.Join(", ", keys.Indices.Select(index => index.ToString(CultureInfo.InvariantCulture)))}; made with {keys.First}"
                            );
                        }

                        return 0;
                    }
                )
        );
        return command;
    }

    private HallmarkCommand CreateCheckpoint()
    {
        var command = new HallmarkCommand(
            "checkpoint",
            "Print the latest signed checkpoint (C2SP tlog-checkpoint); keep it elsewhere, and a later rewrite is provable.",
            "hallmark ledger checkpoint > checkpoint.txt"
        );
        command.SetAction(
            (result, token) =>
                WithLedgerAsync(
                    result,
                    async (_, ledger) =>
                    {
                        var checkpoint = await RequireCheckpointAsync(ledger, token).ConfigureAwait(false);
                        var note = Encoding.UTF8.GetString(checkpoint.Note.Span);
                        if (CommandHost.WantsJson(result))
                        {
                            host.WriteJson(
                                new JsonObject
                                {
                                    ["size"] = checkpoint.Size,
                                    ["root"] = checkpoint.Root.Hex,
                                    ["signed_at"] = Units.Time(checkpoint.PublishedAt),
                                    ["checkpoint"] = note,
                                }
                            );
                            return 0;
                        }

                        host.Terminal.Out.Write(note);
                        return 0;
                    }
                )
        );
        return command;
    }

    private HallmarkCommand CreateProof()
    {
        var entry = new Argument<string?>("entry")
        {
            Description = "An entry's index, its event id, or its payload hash.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = new Option<long?>("--from")
        {
            Description = "Prove instead that the ledger of this many entries is the beginning of today's.",
            HelpName = "size",
        };
        var to = new Option<long?>("--to") { Description = "The later size; the latest checkpoint's if left out.", HelpName = "size" };
        var command = new HallmarkCommand(
            "proof",
            "Print the proof that an entry is in the ledger (C2SP tlog-proof), or that an earlier ledger is its beginning.",
            "hallmark ledger proof 0"
        )
        {
            entry,
            from,
            to,
        };
        command.SetAction(
            (result, token) =>
                WithLedgerAsync(
                    result,
                    async (_, ledger) =>
                    {
                        if (result.GetValue(from) is { } oldSize)
                        {
                            var newSize = result.GetValue(to) ?? (await RequireCheckpointAsync(ledger, token).ConfigureAwait(false)).Size;
                            var consistency = await ledger.ProveConsistencyAsync(oldSize, newSize, token).ConfigureAwait(false);
                            host.WriteJson(
                                new JsonObject
                                {
                                    ["old_size"] = consistency.OldSize,
                                    ["new_size"] = consistency.NewSize,
                                    ["old_root"] = (await ledger.FindRootAsync(oldSize, token).ConfigureAwait(false)).Base64,
                                    ["new_root"] = (await ledger.FindRootAsync(newSize, token).ConfigureAwait(false)).Base64,
                                    ["path"] = new JsonArray([.. consistency.Path.Select(hash => (JsonNode)hash.Base64)]),
                                }
                            );
                            return 0;
                        }

                        var found = await FindEntryAsync(ledger, result.GetValue(entry), token).ConfigureAwait(false);
                        var checkpoint = await RequireCheckpointAsync(ledger, token).ConfigureAwait(false);
                        var proof = await ledger.ProveInclusionAsync(found.Index, checkpoint.Size, token).ConfigureAwait(false);
                        if (CommandHost.WantsJson(result))
                        {
                            host.WriteJson(ProofJson(found, checkpoint, proof));
                            return 0;
                        }

                        host.Terminal.Out.Write(ProofFile(checkpoint, proof));
                        return 0;
                    }
                )
        );
        return command;
    }

    private HallmarkCommand CreateExport()
    {
        var output = new Option<FileInfo?>("--output")
        {
            Description = "The file to write; standard output if left out. An existing file is not overwritten.",
            HelpName = "file",
        };
        var command = new HallmarkCommand(
            "export",
            "Write every entry as a line of JSON, then the latest checkpoint.",
            "hallmark ledger export --output ledger.jsonl"
        )
        {
            output,
        };
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    return await ExportFile.RunAsync(host, session, result.GetValue(output), token).ConfigureAwait(false);
                }
            }
        );
        return command;
    }

    internal static LedgerReader RequireLedger(Session session) =>
        session.FindLedger()
        ?? throw new BadInputException(
            $"there is no ledger in {session.Home.Path} yet",
            "record something first: hallmark anchor run <run id>",
            "or name another home: --home FOLDER"
        );

    private static JsonObject ProofJson(LoggedEntry entry, PublishedCheckpoint checkpoint, InclusionProof proof) =>
        new()
        {
            ["index"] = entry.Index,
            ["event_id"] = entry.EventId,
            ["envelope"] = StrictJson.Parse(entry.Envelope.Span),
            ["leaf_hash"] = MerkleHash.Leaf(entry.Envelope.Span).Base64,
            ["tree_size"] = proof.TreeSize,
            ["path"] = new JsonArray([.. proof.Path.Select(hash => (JsonNode)hash.Base64)]),
            ["checkpoint"] = Encoding.UTF8.GetString(checkpoint.Note.Span),
        };

    // C2SP tlog-proof: one line of header, the index, the path leaf side first, an empty line, the checkpoint.
    private static string ProofFile(PublishedCheckpoint checkpoint, InclusionProof proof)
    {
        var text = new StringBuilder("c2sp.org/tlog-proof@v1\n").Append(CultureInfo.InvariantCulture, $"index {proof.Index}\n");
        foreach (var hash in proof.Path)
        {
            text.Append(hash.Base64).Append('\n');
        }

        return text.Append('\n').Append(Encoding.UTF8.GetString(checkpoint.Note.Span)).ToString();
    }

    private static async Task<PublishedCheckpoint> RequireCheckpointAsync(LedgerReader ledger, CancellationToken token) =>
        await ledger.FindLatestCheckpointAsync(token).ConfigureAwait(false)
        ?? throw new UnavailableException("the ledger has no checkpoint yet", "record something first: hallmark anchor run <run id>");

    internal static async Task<LoggedEntry> FindEntryAsync(LedgerReader ledger, string? wanted, CancellationToken token)
    {
        if (wanted is null)
        {
            throw new BadInputException("say which entry: its index, event id or payload hash", "hallmark ledger proof 0");
        }

        // 64 digits are a hash, also where they are decimal.
        var found =
            wanted.Length < 20 && long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? await ledger.FindByIndexAsync(index, token).ConfigureAwait(false)
            : wanted.Length == 64 && TreeHash.TryParseHex(wanted, out _)
                ? (await ledger.FindByPayloadHashAsync(wanted, token).ConfigureAwait(false)) is [var first, ..] ? first
                    : null
            : await ledger.FindByEventIdAsync(wanted, token).ConfigureAwait(false);
        return found
            ?? throw new BadInputException(
                $"no entry \"{wanted}\" in the ledger ({await ledger.CountAsync(token).ConfigureAwait(false)} entries)",
                "hallmark ledger export shows them all"
            );
    }

    private async Task<int> WithLedgerAsync(ParseResult result, Func<Session, LedgerReader, Task<int>> action)
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            return await action(session, RequireLedger(session)).ConfigureAwait(false);
        }
    }
}
