using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Home.Wallets;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark wallet new|show</c>: what signs and pays for uploads to Arweave. Its secret is never printed.</summary>
internal sealed class WalletCommand(CommandHost host)
{
    private readonly Option<FileInfo?> _file = new("--file")
    {
        Description = $"The wallet's file; {HomeWallet.Variable}, else the home's wallet.json if left out.",
        HelpName = "file",
    };

    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand("wallet", "The wallet that signs uploads to Arweave and pays for them.", "hallmark wallet show")
        {
            CreateNew(),
            CreateShow(),
        };

    private HallmarkCommand CreateNew()
    {
        var type = new Option<WalletKind>("--type") { Description = "solana (unless set), arweave or ethereum.", HelpName = "type" };
        type.AcceptOnlyFromAmong([.. Enum.GetNames<WalletKind>().Select(name => name.ToLowerInvariant())]);
        var command = new HallmarkCommand(
            "new",
            "Make a new wallet that only you can read. What exists is never overwritten.",
            "hallmark wallet new --type arweave"
        )
        {
            _file,
            type,
        };
        command.SetAction(
            (result, _) =>
                WithWalletAsync(
                    result,
                    wallet =>
                        wallet.TryCreate(result.GetValue(type))
                            ? wallet.Open()
                            : throw new BadInputException(
                                $"there is something at {wallet.Path} already; it was left alone",
                                "hallmark wallet show, or name another file: hallmark wallet new --file FILE"
                            ),
                    isNew: true
                )
        );
        return command;
    }

    private HallmarkCommand CreateShow()
    {
        var command = new HallmarkCommand("show", "Show a wallet's kind and addresses; never its secret.", "hallmark wallet show")
        {
            _file,
        };
        command.SetAction(
            (result, _) =>
                WithWalletAsync(
                    result,
                    wallet =>
                        wallet.Find()
                        ?? throw new BadInputException(
                            $"there is no wallet at {wallet.Path}",
                            "it is made by the first upload, or now: hallmark wallet new"
                        ),
                    isNew: false
                )
        );
        return command;
    }

    private async Task<int> WithWalletAsync(ParseResult result, Func<HomeWallet, ArweaveWallet> open, bool isNew)
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var place = HomeWallet.Of(
                session.Home,
                result.GetValue(_file)?.FullName,
                session.Environment.GetValueOrDefault(HomeWallet.Variable)
            );
            using var wallet = open(place);
            if (CommandHost.WantsJson(result))
            {
                host.WriteJson(
                    new JsonObject
                    {
                        ["file"] = place.Path,
                        ["mode"] = place.Mode,
                        ["chain"] = wallet.Chain,
                        ["address"] = wallet.NativeAddress,
                        ["owner_address"] = wallet.Address,
                        ["is_new"] = isNew,
                    }
                );
                return 0;
            }

            var write = host.Terminal.Out;
            write.WriteLine($"wallet         {PlainText.Of(place.Path)}{(isNew ? "  (new)" : "")}");
            write.WriteLine($"chain          {wallet.Chain}");
            write.WriteLine($"address        {wallet.NativeAddress}");
            write.WriteLine($"owner address  {wallet.Address}");
            if (isNew)
            {
                write.WriteLine("Keep a copy of the file: whoever has it can spend what is there, and nobody can make it again.");
            }

            return 0;
        }
    }
}
