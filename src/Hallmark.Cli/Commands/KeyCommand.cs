using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Keys;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark key new|show|list</c>.</summary>
internal sealed class KeyCommand(CommandHost host)
{
    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand("key", "Make, show and list signing keys. Private halves are never shown.", "hallmark key list")
        {
            CreateNew(),
            CreateShow(),
            CreateList(),
        };

    private HallmarkCommand CreateNew()
    {
        var name = new Argument<string>("name") { Description = "The new key's name: letters, digits, '-', '_' and '.'." };
        var command = new HallmarkCommand(
            "new",
            "Make a signing key; an existing one is never overwritten.",
            "hallmark key new risk-release"
        )
        {
            name,
        };
        command.SetAction(
            async (result, cancellationToken) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var wanted = result.GetRequiredValue(name);
                    _ = session.Keys.Folder.Contains(wanted); // refuses what is no name, before anything is made
                    session.Home.Create();
                    using var key = session.Keys.Folder.Create(wanted);
                    Write(result, key);
                    return 0;
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateShow()
    {
        var name = new Argument<string?>("name-or-file")
        {
            Description = "A key of keys/, or a key file; the one that would sign here if left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new HallmarkCommand("show", "Show the public half of a key, in hex and as PEM.", "hallmark key show") { name };
        command.SetAction(
            async (result, _) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var wanted = result.GetValue(name) ?? result.GetValue(GlobalOptions.Key) ?? session.Settings.SigningKey;
                    using var key =
                        session.Keys.Find(wanted)
                        ?? throw new Core.Failures.BadInputException(
                            "there is no signing key here yet",
                            "make one: hallmark key new NAME, or hallmark init"
                        );
                    Write(result, key);
                    return 0;
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateList()
    {
        var command = new HallmarkCommand("list", "List the signing keys of this home.", "hallmark key list --json");
        command.SetAction(
            async (result, _) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var keys = session.Keys.List();
                    if (CommandHost.WantsJson(result))
                    {
                        host.WriteJson(
                            new JsonArray([
                                .. keys.Select(key =>
                                    (JsonNode)
                                        new JsonObject
                                        {
                                            ["name"] = key.Name,
                                            ["public_key"] = key.PublicKeyHex,
                                            ["path"] = key.Path,
                                            ["created"] = key.CreatedAt is { } made ? Units.Time(made) : null,
                                            ["trouble"] = key.Trouble,
                                        }
                                ),
                            ])
                        );
                        return 0;
                    }

                    if (keys.Count == 0)
                    {
                        host.Terminal.Out.WriteLine($"No signing keys in {session.Home.KeysFolder} yet. Make one: hallmark key new NAME");
                    }

                    foreach (var key in keys)
                    {
                        var made = key.CreatedAt is { } time ? $"  made {Units.Time(time)}" : "";
                        host.Terminal.Out.WriteLine(
                            $"{PlainText.Of(key.Name), -20}  {key.PublicKeyHex ?? "(unusable)"}{made}{(key.Trouble is null ? "" : "  " + host.Terminal.Bad(PlainText.Of(key.Trouble)))}"
                        );
                    }

                    return 0;
                }
            }
        );
        return command;
    }

    private void Write(ParseResult result, SigningKey key)
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(
                new JsonObject
                {
                    ["name"] = key.Name,
                    ["public_key"] = key.PublicKey.Hex,
                    ["public_key_pem"] = key.PublicKey.ToPem(),
                    ["path"] = key.Path,
                }
            );
            return;
        }

        host.Terminal.Out.WriteLine($"{PlainText.Of(key.Name)}  {key.PublicKey.Hex}{(key.Path is null ? "" : $"  {key.Path}")}");
        host.Terminal.Out.WriteLine();
        host.Terminal.Out.WriteLine(key.PublicKey.ToPem().TrimEnd());
    }
}
