using System.CommandLine;
using Hallmark.Core.Failures;
using Hallmark.Core.Policies;
using Hallmark.Home;

namespace Hallmark.Cli.Commands;

/// <summary><c>--live</c> and <c>--require</c>: how witnesses are asked for a verdict, and which must vouch.</summary>
internal sealed class WitnessOptions
{
    private readonly Option<bool> _live = new("--live")
    {
        Description = "Ask the live worlds too; without it receipts are checked from their own bytes alone.",
    };

    private readonly Option<string?> _require = new("--require")
    {
        Description = "Which witnesses must vouch, instead of the settings' witness_policy: \"2 of (arweave, ots, tsa)\".",
        HelpName = "policy",
    };

    /// <summary>Adds both to a command; one pair may serve several.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_live);
        command.Options.Add(_require);
    }

    /// <summary>The search for witnesses as a command was told.</summary>
    /// <exception cref="BadInputException">The policy is none; or live, and offline.</exception>
    public WitnessSearch Search(ParseResult result, Session session) =>
        session.FindWitnesses(IsLive(result, session), FindPolicy(result, session));

    /// <summary>True where the live worlds are asked too.</summary>
    /// <exception cref="BadInputException">The command is offline.</exception>
    public bool IsLive(ParseResult result, Session session) =>
        result.GetValue(_live) && session.IsOffline
            ? throw new BadInputException("--live asks the network and --offline forbids it", "leave one of the two out")
            : result.GetValue(_live);

    /// <summary>Which witnesses must vouch: as the option says, else the settings; or null.</summary>
    /// <exception cref="BadInputException">The policy is none.</exception>
    public WitnessPolicy? FindPolicy(ParseResult result, Session session) =>
        result.GetValue(_require) is { } text ? WitnessPolicy.Parse(text) : session.Settings.WitnessPolicy;
}
