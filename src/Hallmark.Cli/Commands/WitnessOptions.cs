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
    public WitnessSearch Search(ParseResult result, Session session)
    {
        var isLive = result.GetValue(_live);
        if (isLive && session.IsOffline)
        {
            throw new BadInputException("--live asks the network and --offline forbids it", "leave one of the two out");
        }

        var text = result.GetValue(_require);
        return session.FindWitnesses(isLive, text is null ? session.Settings.WitnessPolicy : WitnessPolicy.Parse(text));
    }
}
