using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Demo;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark demo</c>: the main job on a copy of a real store, then four kinds of tampering, each caught. No server, no network, no account.</summary>
internal sealed class DemoCommand(CommandHost host)
{
    private readonly Option<DirectoryInfo?> _folder = new("--folder")
    {
        Description = "A new folder to work in; a temporary one if left out. It stays, so that you can look around.",
        HelpName = "folder",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "demo",
            "Record, verify and audit a real MLflow run and model, then tamper with them and see each change caught.",
            "hallmark demo"
        )
        {
            _folder,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var start = host.Time.GetTimestamp();
        var place = MakeFolder(result.GetValue(_folder));
        var home = Path.Combine(place, "home");
        var store = await DemoStore.UnpackAsync(place, host.Time, token).ConfigureAwait(false);
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(
                Path.Combine(home, "hallmark.json"),
                new JsonObject { ["relocate"] = new JsonArray($"{DemoStore.OldPlace}={store.Folder}") }.ToJsonString() + "\n",
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                token
            )
            .ConfigureAwait(false);

        var environment = new Dictionary<string, string>(host.Terminal.Environment, StringComparer.Ordinal)
        {
            ["HALLMARK_HOME"] = home,
            ["MLFLOW_TRACKING_URI"] = store.Folder,
        };
        environment.Remove("ARIO_MLFLOW_SIGNING_KEY");
        var talk = CommandHost.WantsJson(result) ? host.Terminal.Error : host.Terminal.Out;
        var terminal = new Terminal(
            talk,
            talk,
            host.Terminal.UsesColour && !CommandHost.WantsJson(result),
            isErrorTerminal: false,
            environment
        );
        var shell = new DemoShell(terminal, host.Time);

        shell.Remark($"A store that a real MLflow 3.6 wrote, unpacked into {place}. No server, no network.");
        shell.Remark($"  export HALLMARK_HOME={home}");
        shell.Remark($"  export MLFLOW_TRACKING_URI={store.Folder}");
        var report = Path.Combine(place, "audit.html");
        await RecordAsync(shell, store, report, token).ConfigureAwait(false);
        await TamperAsync(shell, store, home, token).ConfigureAwait(false);

        shell.Say("6. Everything is put back");
        await shell.RunAsync(0, token, "audit", $"{DemoStore.ModelName}/3").ConfigureAwait(false);
        shell.Say(
            shell.IsAsPromised
                ? $"Done in {Units.Duration(host.Time.GetElapsedTime(start))}: what was recorded verified, and every change was caught."
                : "Something did not come out as it should; see above."
        );
        shell.Remark($"  the report       {report}");
        shell.Remark(
            $"  look around      export the two variables above, then: hallmark status, hallmark runs list, hallmark ledger proof 0"
        );
        shell.Remark("  your own store   hallmark runs list --tracking-uri ./mlruns, then: hallmark anchor run <run id>");
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(
                new JsonObject
                {
                    ["as_promised"] = shell.IsAsPromised,
                    ["folder"] = place,
                    ["report"] = report,
                }
            );
        }

        return shell.IsAsPromised ? 0 : 1;
    }

    private static async Task RecordAsync(DemoShell shell, DemoStore store, string report, CancellationToken token)
    {
        shell.Say("1. Record a training run: parameters, metrics with their histories, datasets, and every file of its model");
        await shell.RunAsync(0, token, "anchor", "run", store.RunId).ConfigureAwait(false);
        await shell.RunAsync(0, token, "verify", "run", store.RunId).ConfigureAwait(false);

        shell.Say("2. Register its model, and promote the version");
        await shell.RunAsync(0, token, "register", DemoStore.ModelName, "--run", store.RunId).ConfigureAwait(false);
        await shell.RunAsync(0, token, "promote", $"{DemoStore.ModelName}/3", "--stage", "Staging").ConfigureAwait(false);
        await shell.RunAsync(0, token, "promote", $"{DemoStore.ModelName}/3", "--alias", "champion").ConfigureAwait(false);

        shell.Say("3. Verify the version, and the whole ledger");
        await shell.RunAsync(0, token, "verify", "model", $"{DemoStore.ModelName}/3").ConfigureAwait(false);
        await shell.RunAsync(0, token, "ledger", "verify").ConfigureAwait(false);

        shell.Say("4. Audit its whole life, as a page");
        await shell.RunAsync(0, token, "audit", $"{DemoStore.ModelName}/3", "--format", "html", "--output", report).ConfigureAwait(false);
    }

    private static async Task TamperAsync(DemoShell shell, DemoStore store, string home, CancellationToken token)
    {
        shell.Say("5. Now somebody tampers. First with a metric in the store: an accuracy of 0.999 looks better");
        var undo = Tampering.ChangeMetric(Path.Combine(store.RunFolder, "metrics", "accuracy"), "0.999");
        await shell.RunAsync(1, token, "verify", "run", store.RunId).ConfigureAwait(false);
        undo();

        shell.Say("   Then with one bit of the model's file");
        undo = Tampering.FlipBit(Path.Combine(store.ModelFolder, "model.pkl"));
        await shell.RunAsync(1, token, "verify", "model", $"{DemoStore.ModelName}/3").ConfigureAwait(false);
        undo();

        shell.Say("   Then with the stored record itself, so that it tells another story");
        undo = Tampering.Replace(
            Path.Combine(store.RunFolder, "artifacts", "ario", "payload.json"),
            "\"penalty\":\"l2\"",
            "\"penalty\":\"l1\""
        );
        await shell.RunAsync(1, token, "verify", "run", store.RunId).ConfigureAwait(false);
        undo();

        shell.Say("   Then with the ledger on disk");
        undo = Tampering.ChangeLedgerEntry(Path.Combine(home, "ledger", "ledger.db"), 1);
        await shell.RunAsync(1, token, "ledger", "verify").ConfigureAwait(false);
        undo();
    }

    private static string MakeFolder(DirectoryInfo? named)
    {
        if (named is null)
        {
            return Directory.CreateTempSubdirectory("hallmark-demo-").FullName;
        }

        if (named.Exists && named.EnumerateFileSystemInfos().Any())
        {
            throw new Core.Failures.BadInputException(
                $"{named} is not empty",
                "the demo wants a new folder: hallmark demo --folder ./hallmark-demo"
            );
        }

        named.Create();
        return named.FullName;
    }
}
