using System.CommandLine;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Verification;
using Hallmark.Home;
using Hallmark.Home.Settings;

namespace Hallmark.Cli.Commands;

/// <summary>Whom and what a reader of evidence trusts: <c>--signer</c>, <c>--trust</c>, <c>--require</c>, <c>--live</c>. Nothing of it is ever taken from the evidence.</summary>
internal sealed class TrustOptions
{
    private const int MaxTrustFileSize = 1 << 20;

    private readonly Option<string?> _signer = SignerOption.Create();

    private readonly Option<FileInfo?> _trust = new("--trust")
    {
        Description = "Trust what this file names, a settings file (trusted_keys, anchors), instead of the settings of the home.",
        HelpName = "file",
    };

    private readonly WitnessOptions _witnesses = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_signer);
        command.Options.Add(_trust);
        _witnesses.AddTo(command);
    }

    /// <summary>Opens a session with the trusted settings.</summary>
    /// <exception cref="BadInputException">The file is no settings file.</exception>
    public async Task<Session> OpenSessionAsync(CommandHost host, ParseResult result, CancellationToken token)
    {
        if (result.GetValue(_trust) is not { } file)
        {
            return host.OpenSession(result);
        }

        var settings = SettingsReader.Parse(
            await BundleFile.ReadAsync(file, MaxTrustFileSize, token).ConfigureAwait(false),
            file.ToString()
        );
        return host.OpenSession(result, HomeFolder.Find(file.DirectoryName, host.Terminal.Environment), settings);
    }

    /// <summary>The trust that the options and the session's settings say.</summary>
    /// <exception cref="BadInputException">The signer is not known, the policy cannot be read, or the command is to be live and offline.</exception>
    public BundleTrust Read(ParseResult result, Session session) =>
        new()
        {
            Judge = SignerOption.Read(session, result.GetValue(_signer)),
            Receipts = ReceiptTrust.Of(session),
            Policy = _witnesses.FindPolicy(result, session),
            IsLive = _witnesses.IsLive(result, session),
        };
}
