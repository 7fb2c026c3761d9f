using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Home;
using Hallmark.Home.Settings;

namespace Hallmark.Cli.Commands;

/// <summary>What every command works with.</summary>
internal sealed class CommandHost(Terminal terminal, TimeProvider time)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Where results and talk go.</summary>
    public Terminal Terminal { get; } = terminal;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Cancelled where the program was told to stop a second time: who waits for others then waits no longer.</summary>
    public CancellationToken AtOnce { get; init; }

    /// <summary>All commands, in the order of the help.</summary>
    public IEnumerable<Command> CreateCommands() =>
        [
            new DemoCommand(this).Create(),
            new InitCommand(this).Create(),
            new AnchorCommand(this).Create(),
            new RegisterCommand(this).Create(),
            new PromoteCommand(this).Create(),
            new VerifyCommand(this).Create(),
            new AuditCommand(this).Create(),
            new ServeCommand(this).Create(),
            new EvidenceCommand(this).Create(),
            new ArioFamilyCommand(this).Create(),
            new RunsCommand(this).Create(),
            new LedgerCommand(this).Create(),
            new AnchorsCommand(this).Create(),
            new ReceiptsCommand(this).Create(),
            new OutboxCommand(this).Create(),
            new WorkerCommand(this).Create(),
            new AgentCommand(this).Create(),
            new WalletCommand(this).Create(),
            new KeyCommand(this).Create(),
            new StatusCommand(this).Create(),
            new CompletionCommand(this).Create(),
        ];

    /// <summary>Opens what a command works with; nothing is made or read before it is asked for.</summary>
    public Session OpenSession(ParseResult result)
    {
        var home = HomeFolder.Find(result.GetValue(GlobalOptions.Home), Terminal.Environment);
        return OpenSession(result, home, SettingsReader.Read(home));
    }

    /// <summary>Opens a session with other settings than those of the home.</summary>
    public Session OpenSession(ParseResult result, HomeFolder home, HallmarkSettings settings) =>
        new(
            new SessionOptions
            {
                Home = home,
                Settings = settings,
                TrackingUri = result.GetValue(GlobalOptions.TrackingUri),
                Relocations = result.GetValue(GlobalOptions.Relocate) ?? [],
                Key = result.GetValue(GlobalOptions.Key),
                IsParanoid = result.GetValue(GlobalOptions.Paranoid),
                IsOffline = result.GetValue(GlobalOptions.Offline),
                Environment = Terminal.Environment,
                Time = Time,
                Complain = sentence => Terminal.Error.WriteLine("warning: " + PlainText.Of(sentence)),
                RenderUploadPage = async (prepared, store, upload) =>
                    Encoding.UTF8.GetBytes(await EventPage.RenderAsync(prepared, store, Time, upload).ConfigureAwait(false)),
            }
        );

    /// <summary>True where the result is wanted as JSON.</summary>
    public static bool WantsJson(ParseResult result) => result.GetValue(GlobalOptions.Json);

    /// <summary>Writes a result as indented JSON.</summary>
    public void WriteJson(JsonNode json) => Terminal.Out.WriteLine(json.ToJsonString(Indented));
}
