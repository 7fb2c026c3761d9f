using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Home.Settings;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark anchors list|status|test|add|fund</c>: the places outside that witness.</summary>
internal sealed class AnchorsCommand(CommandHost host)
{
    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand("anchors", "The places outside that witness this ledger.", "hallmark anchors status")
        {
            CreateList(),
            CreateStatus(),
            CreateTest(),
            CreateAdd(),
            CreateFund(),
        };

    private HallmarkCommand CreateList()
    {
        var command = new HallmarkCommand("list", "List the anchors of the settings. Asks nobody.", "hallmark anchors list");
        command.SetAction(
            (result, _) =>
                WithAnchorsAsync(
                    result,
                    name: null,
                    (_, anchors) =>
                    {
                        var facts = anchors
                            .Select(anchor => new AnchorFacts { Settings = anchor.Settings, Queue = new("", 0, 0, OldestPending: null) })
                            .ToList();
                        if (CommandHost.WantsJson(result))
                        {
                            host.WriteJson(
                                new JsonArray([
                                    .. facts.Select(one =>
                                        (JsonNode)
                                            new JsonObject
                                            {
                                                ["name"] = one.Settings.Name,
                                                ["type"] = one.Settings.Type,
                                                ["takes"] = one.DescribeUse(),
                                            }
                                    ),
                                ])
                            );
                            return Task.FromResult(0);
                        }

                        WriteNone(anchors);
                        foreach (var one in facts)
                        {
                            host.Terminal.Out.WriteLine($"{one.Settings.Name, -16}  {one.Settings.Type, -16}  {one.DescribeUse()}");
                        }

                        return Task.FromResult(0);
                    }
                )
        );
        return command;
    }

    private HallmarkCommand CreateStatus() =>
        CreateAsking(
            "status",
            "Ask each anchor how it does: reachable, balance, last success, queue, last error. Exit code 3 where one is out of reach.",
            (session, anchor, token) => AnchorFacts.ReadAsync(session.FindLedger(), anchor, token),
            static one => one.ToJson(),
            WriteStatus,
            static one => one.Status?.IsReachable is true
        );

    private HallmarkCommand CreateTest() =>
        CreateAsking(
            "test",
            "Try each anchor without sending anything that stays: is it reachable, and what would be sent? Exit code 3 where one is not usable.",
            (_, anchor, token) => AnchorTest.RunAsync(anchor, host.Time, token),
            static test => test.ToJson(),
            test => test.Write(host.Terminal),
            static test => test.IsUsable
        );

    /// <summary>A command that asks all anchors, or one, at the same time, and ends with 3 where one does not do well.</summary>
    private HallmarkCommand CreateAsking<TAnswer>(
        string verb,
        string description,
        Func<Session, ConfiguredAnchor, CancellationToken, Task<TAnswer>> ask,
        Func<TAnswer, JsonObject> toJson,
        Action<TAnswer> write,
        Func<TAnswer, bool> isWell
    )
    {
        var name = NameArgument();
        var command = new HallmarkCommand(verb, description, "hallmark anchors " + verb) { name };
        command.SetAction(
            (result, token) =>
                WithAnchorsAsync(
                    result,
                    result.GetValue(name),
                    async (session, anchors) =>
                    {
                        var answers = await Task.WhenAll(anchors.Select(anchor => ask(session, anchor, token))).ConfigureAwait(false);
                        if (CommandHost.WantsJson(result))
                        {
                            host.WriteJson(new JsonArray([.. answers.Select(answer => (JsonNode)toJson(answer))]));
                        }
                        else
                        {
                            WriteNone(anchors);
                            Array.ForEach(answers, write);
                        }

                        return answers.All(isWell) ? 0 : 3;
                    }
                )
        );
        return command;
    }

    private HallmarkCommand CreateAdd()
    {
        var name = new Argument<string>("name") { Description = "A name of your choice; receipts are kept under it." };
        var type = new Argument<string>("type") { Description = "The kind of world; docs/operations.md lists them with their settings." };
        var settings = new Argument<string[]>("setting")
        {
            Description = "MEMBER=VALUE; inner members with a dot; repeated for lists.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new HallmarkCommand(
            "add",
            "Add an anchor to hallmark.json; everything else in it stays.",
            "hallmark anchors add vault checkpoint-file folder=/mnt/vault every=10m"
        )
        {
            name,
            type,
            settings,
        };
        command.SetAction(
            async (result, _) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var anchor = AnchorMembers.Read(
                        result.GetRequiredValue(name),
                        result.GetRequiredValue(type),
                        result.GetValue(settings) ?? []
                    );
                    var after = SettingsEditor.AddAnchor(session.Home, anchor);
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(new JsonObject { ["added"] = anchor, ["anchors"] = after.Anchors.Length });
                    }
                    else
                    {
                        host.Terminal.Out.WriteLine($"{PlainText.Of(result.GetRequiredValue(name))} is in {session.Home.SettingsFile}");
                        host.Terminal.Out.WriteLine($"Next: hallmark anchors test {PlainText.Of(result.GetRequiredValue(name))}");
                    }

                    return 0;
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateFund()
    {
        var name = NameArgument();
        var command = new HallmarkCommand(
            "fund",
            "Show where to send what an anchor costs, and what is there.",
            "hallmark anchors fund arweave"
        )
        {
            name,
        };
        command.SetAction(
            (result, token) =>
                WithAnchorsAsync(
                    result,
                    result.GetValue(name),
                    async (_, anchors) =>
                    {
                        var json = new JsonArray();
                        foreach (var anchor in anchors)
                        {
                            var status = await anchor.ReadStatusAsync(token).ConfigureAwait(false);
                            json.Add(
                                (JsonNode)
                                    new JsonObject
                                    {
                                        ["name"] = anchor.Name,
                                        ["address"] = status.Address,
                                        ["balance"] = status.Balance,
                                        ["detail"] = status.Detail,
                                    }
                            );
                            if (!CommandHost.WantsJson(result))
                            {
                                host.Terminal.Out.WriteLine(
                                    status.Address is null
                                        ? $"{anchor.Name, -16}  costs nothing, or is paid elsewhere ({PlainText.Of(status.Detail)})"
                                        : $"{anchor.Name, -16}  {PlainText.Of(status.Address)}  balance {PlainText.Of(status.Balance ?? "not known")}"
                                );
                            }
                        }

                        if (CommandHost.WantsJson(result))
                        {
                            host.WriteJson(json);
                        }
                        else
                        {
                            WriteNone(anchors);
                        }

                        return 0;
                    }
                )
        );
        return command;
    }

    private static Argument<string?> NameArgument() =>
        new("name") { Description = "The anchor; all if left out.", Arity = ArgumentArity.ZeroOrOne };

    private async Task<int> WithAnchorsAsync(
        ParseResult result,
        string? name,
        Func<Session, IReadOnlyList<ConfiguredAnchor>, Task<int>> action
    )
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var anchors = session.Anchors.Where(anchor => name is null || anchor.Name == name).ToList();
            if (name is not null && anchors.Count == 0)
            {
                throw new BadInputException(
                    $"there is no anchor \"{name}\" in {session.Home.SettingsFile}",
                    session.Anchors.Count == 0
                        ? "hallmark anchors add NAME TYPE …"
                        : $"anchors: {string.Join(", ", session.Anchors.Select(anchor => anchor.Name))}"
                );
            }

            return await action(session, anchors).ConfigureAwait(false);
        }
    }

    private void WriteNone(IReadOnlyList<ConfiguredAnchor> anchors)
    {
        if (anchors.Count == 0)
        {
            host.Terminal.Out.WriteLine("No anchor is configured: nobody outside sees this ledger. Next: hallmark anchors add NAME TYPE …");
        }
    }

    private void WriteStatus(AnchorFacts one)
    {
        var write = host.Terminal.Out;
        write.WriteLine(one.ToLine(host.Terminal));
        write.WriteLine($"    takes         {one.DescribeUse()} ({one.Settings.Type})");
        if (one.Status?.Address is { } address)
        {
            write.WriteLine($"    address       {PlainText.Of(address)}, balance {PlainText.Of(one.Status.Balance ?? "not known")}");
        }

        write.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"    last success  {(one.LastSuccess is { } time ? Units.Time(time) : "never")}")
        );
        write.WriteLine($"    queue         {one.DescribeQueue()}");
        if (one.LastError is { } error)
        {
            write.WriteLine($"    last error    {PlainText.Of(error)}");
        }
    }
}
