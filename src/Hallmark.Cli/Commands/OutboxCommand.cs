using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Ledger.Outbox;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark outbox list|drain|retry</c>: work that must survive the process.</summary>
internal sealed class OutboxCommand(CommandHost host)
{
    private const int MaxListed = 1000;

    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand("outbox", "Look at work that is still to be done, and do it.", "hallmark outbox drain")
        {
            CreateList(),
            CreateDrain(),
            CreateRetry(),
        };

    private HallmarkCommand CreateList()
    {
        var command = new HallmarkCommand(
            "list",
            "List the work that is to do, waits for the world, or was given up, and why.",
            "hallmark outbox list"
        );
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var ledger = LedgerCommand.RequireLedger(session);
                    var items = await ledger.Outbox.FindAsync(state: null, kind: null, MaxListed, token).ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(new JsonArray([.. items.Select(item => (JsonNode)Json(item))]));
                        return 0;
                    }

                    if (items.Count == 0)
                    {
                        host.Terminal.Out.WriteLine("The outbox is empty: everything is written back and handed over.");
                    }

                    foreach (var item in items)
                    {
                        var state = item.State switch
                        {
                            OutboxState.Dead => host.Terminal.Bad("given up"),
                            OutboxState.Waiting => host.Terminal.Quiet("waiting "),
                            _ => host.Terminal.Undecided("to do   "),
                        };
                        host.Terminal.Out.WriteLine(
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{item.Id, 6}  {state}  {item.Work.Kind, -18}  tried {item.Attempts}×, next {Units.Time(item.DueAt)}{(item.LastError is null ? "" : "  " + PlainText.Of(item.LastError))}"
                            )
                        );
                    }

                    return 0;
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateDrain()
    {
        var command = new HallmarkCommand(
            "drain",
            "Do the work that is due now. Exit code 3 where something is still to be done or was given up; work that waits for the world is none of it.",
            "hallmark outbox drain"
        );
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    LedgerCommand.RequireLedger(session);
                    var report = await session.DrainOutboxAsync(token).ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(report.ToJson());
                    }
                    else
                    {
                        host.Terminal.Out.WriteLine(
                            string.Create(CultureInfo.InvariantCulture, $"{report.Done} done; {report.Describe()}")
                        );
                    }

                    return report.ExitCode;
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateRetry()
    {
        var id = new Argument<long?>("id")
        {
            Description = "The work's number in hallmark outbox list; everything that was given up if left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new HallmarkCommand(
            "retry",
            "Have work tried again that was given up or waits for its pause.",
            "hallmark outbox retry 12"
        )
        {
            id,
        };
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    LedgerCommand.RequireLedger(session);
                    var ledger = await session.OpenLedgerAsync(token).ConfigureAwait(false);
                    var count = result.GetValue(id) is { } one
                        ? await ledger.Outbox.RetryAsync(one, token).ConfigureAwait(false)
                            ? 1
                            : throw new Core.Failures.BadInputException($"no work {one} in the outbox", "hallmark outbox list")
                        : await ledger.Outbox.RetryDeadAsync(kind: null, token).ConfigureAwait(false);
                    var report = await session.DrainOutboxAsync(token).ConfigureAwait(false);
                    if (CommandHost.WantsJson(result))
                    {
                        var json = report.ToJson();
                        json["retried"] = count;
                        host.WriteJson(json);
                    }
                    else
                    {
                        host.Terminal.Out.WriteLine(
                            string.Create(CultureInfo.InvariantCulture, $"{count} tried again, {report.Done} done; {report.Describe()}")
                        );
                    }

                    return report.ExitCode;
                }
            }
        );
        return command;
    }

    private static string NameOf(OutboxState state) =>
        state switch
        {
            OutboxState.Dead => "given_up",
            OutboxState.Waiting => "waiting",
            _ => "to_do",
        };

    private static JsonObject Json(OutboxItem item) =>
        new()
        {
            ["id"] = item.Id,
            ["kind"] = item.Work.Kind,
            ["state"] = NameOf(item.State),
            ["entry"] = item.EntryIndex,
            ["attempts"] = item.Attempts,
            ["due"] = Units.Time(item.DueAt),
            ["last_error"] = item.LastError,
        };
}
