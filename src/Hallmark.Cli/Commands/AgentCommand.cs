using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Events;
using Hallmark.Home;
using Hallmark.Inference.Agent;
using Hallmark.Inference.Status;
using Hallmark.Server.Agent;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark agent [accept|check]</c>: watches deployed files and answers whether they are as they were registered.</summary>
internal sealed class AgentCommand(CommandHost host)
{
    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "What is watched (default: agent.json in the home).",
        HelpName = "file",
        Recursive = true,
    };

    private readonly Option<string?> _stateFolder = new("--state-dir")
    {
        Description = "The agent's own state and its management-secret (default: agent in the home).",
        HelpName = "folder",
        Recursive = true,
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var listen = new Option<string?>("--listen")
        {
            Description = $"Where questions are answered, on the loopback interface (default: {AgentAddress.Default}).",
            HelpName = "address:port",
        };
        var command = new HallmarkCommand(
            "agent",
            "Watch the files of a policy and answer, on this machine, whether each is as it was registered; until stopped (Ctrl+C, SIGTERM).",
            "hallmark agent --policy agent.json"
        )
        {
            _policy,
            _stateFolder,
            listen,
            CreateAccept(),
            CreateCheck(),
        };
        command.SetAction((result, token) => RunAsync(result, result.GetValue(listen), token));
        return command;
    }

    private HallmarkCommand CreateAccept()
    {
        var asset = new Argument<string>("asset-id") { Description = "The asset, as the policy names it." };
        var command = new HallmarkCommand(
            "accept",
            "Register an asset's content as it lies now: the only way to another baseline. A running agent takes it up by itself.",
            "hallmark agent accept credit-scorer"
        )
        {
            asset,
        };
        command.SetAction(
            async (result, token) =>
            {
                var (policy, ledger) = (OpenPolicy(result), OpenLedger(result));
                var accepted = await AssetAcceptance
                    .AcceptAsync(policy, result.GetRequiredValue(asset), ledger, new RandomEventIds(), host.Time, token)
                    .ConfigureAwait(false);
                Write(result, result.GetRequiredValue(asset), accepted);
                return 0;
            }
        );
        return command;
    }

    private HallmarkCommand CreateCheck()
    {
        var command = new HallmarkCommand(
            "check",
            "Look at every asset once, record what is found, and end: 0 all verified, 1 something changed or is missing, 3 could not tell.",
            "hallmark agent check"
        );
        command.SetAction(
            async (result, token) =>
            {
                var policy = OpenPolicy(result);
                using var folder = OpenFolder(result);
                var agent = await MonitoringAgent
                    .StartAsync(policy, folder, OpenLedger(result), new RandomEventIds(), host.Time, Tell, token)
                    .ConfigureAwait(false);
                await using (agent.ConfigureAwait(false))
                {
                    await agent.LookAtAllAsync(token).ConfigureAwait(false);
                    return Write(result, [.. policy.Assets.Select(asset => agent.FindStatus(asset.AssetId)).OfType<AssetStatus>()]);
                }
            }
        );
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, string? listen, CancellationToken token)
    {
        var place = listen is null ? AgentAddress.Default : AgentAddress.Parse(listen);
        var policy = OpenPolicy(result);
        using var folder = OpenFolder(result);
        var secret = ManagementSecret.Open(folder, host.Terminal.Environment.GetValueOrDefault(ManagementSecret.Variable));
        var agent = await MonitoringAgent
            .StartAsync(policy, folder, OpenLedger(result), new RandomEventIds(), host.Time, Tell, token)
            .ConfigureAwait(false);
        await using (agent.ConfigureAwait(false))
        {
            var server = await AgentServer.StartAsync(place, secret, agent.FindStatus, token).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                host.Terminal.Error.WriteLine(
                    $"watching {(policy.Assets.Length == 1 ? "1 asset" : $"{policy.Assets.Length} assets")} of {PlainText.Of(policy.File)}; answering on {server.Address}; Ctrl+C stops"
                );
                await agent.RunAsync(token).ConfigureAwait(false);
            }
        }

        host.Terminal.Error.WriteLine("stopped");
        return 0;
    }

    private void Tell(string sentence) => host.Terminal.Error.WriteLine($"{Units.Time(host.Time.GetUtcNow())}  {PlainText.Of(sentence)}");

    private AgentPolicy OpenPolicy(ParseResult result) =>
        AgentPolicyReader.Read(result.GetValue(_policy) ?? Path.Combine(FindHome(result).Path, "agent.json"));

    private AgentFolder OpenFolder(ParseResult result)
    {
        var home = FindHome(result);
        home.Create();
        return AgentFolder.Open(result.GetValue(_stateFolder) ?? Path.Combine(home.Path, "agent"));
    }

    private SessionAgentLedger OpenLedger(ParseResult result) => new(() => host.OpenSession(result));

    private HomeFolder FindHome(ParseResult result) => HomeFolder.Find(result.GetValue(GlobalOptions.Home), host.Terminal.Environment);

    private void Write(ParseResult result, string assetId, AcceptedAsset accepted)
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(
                new JsonObject
                {
                    ["asset_id"] = assetId,
                    ["previous_hash"] = accepted.PreviousHash,
                    ["hash"] = accepted.Hash,
                    ["size_bytes"] = accepted.SizeInBytes,
                    ["changed"] = accepted.Hash != accepted.PreviousHash,
                }
            );
            return;
        }

        host.Terminal.Out.WriteLine(
            accepted.Hash == accepted.PreviousHash
                ? $"{PlainText.Of(assetId)} is as it was registered; nothing to accept"
                : $"{PlainText.Of(assetId)} is registered as it lies now: {accepted.Hash} (before: {accepted.PreviousHash ?? "nothing that can be read"})"
        );
    }

    private int Write(ParseResult result, IReadOnlyList<AssetStatus> statuses)
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(new JsonArray([.. statuses.Select(status => (JsonNode)AssetStatusAnswer.Write(status))]));
        }
        else
        {
            foreach (var status in statuses)
            {
                host.Terminal.Out.WriteLine($"{status.Outcome.ToString().ToLowerInvariant(), -12}  {PlainText.Of(status.AssetId)}");
            }
        }

        return statuses.Any(status => status.Outcome is AssetOutcome.Tampered or AssetOutcome.Missing) ? 1
            : statuses.All(status => status.IsGood) ? 0
            : 3;
    }
}
