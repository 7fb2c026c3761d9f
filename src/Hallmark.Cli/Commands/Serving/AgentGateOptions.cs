using System.CommandLine;
using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Home.Settings;
using Hallmark.Inference.Agent;
using Hallmark.Inference.Status;
using Hallmark.Server.Scoring.Access;

namespace Hallmark.Cli.Commands.Serving;

/// <summary>Which monitoring agent <c>hallmark serve</c> asks, about what, and what its answer decides (mlflow-events.md §14).</summary>
internal sealed class AgentGateOptions
{
    private static readonly TimeSpan LongestAge = TimeSpan.FromHours(1);

    private readonly Option<string?> _asset = new("--asset-id")
    {
        Description = "Ask a monitoring agent about this asset of its policy before the model is loaded.",
        HelpName = "id",
    };

    private readonly Option<string?> _agent = new("--agent-url")
    {
        Description = "Where the agent answers (default: http://127.0.0.1:9847).",
        HelpName = "url",
    };

    private readonly Option<FileInfo?> _secret = new("--agent-secret-file")
    {
        Description =
            $"File with the agent's management secret, for its owner only (else: {ManagementSecret.Variable}, else that of this home's agent).",
        HelpName = "file",
    };

    private readonly Option<string?> _onFailure = new("--on-failure")
    {
        Description = "Where the agent does not say that all is well: refuse (both of the first), or warn and go on.",
        HelpName = "fail_closed|raise|fail_open",
    };

    private readonly Option<bool> _recheck = new("--recheck") { Description = "Ask the agent before each prediction too." };

    private readonly Option<string?> _age = new("--max-status-age")
    {
        Description = "With --recheck: how long a good answer of the agent may be used again (default: not at all).",
        HelpName = "time",
    };

    /// <summary>Adds all to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _asset, _agent, _secret, _onFailure, _recheck, _age })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Sets the gate up; nothing is asked yet.</summary>
    /// <param name="result">What was typed.</param>
    /// <param name="session">What the command works with.</param>
    /// <param name="warn">Told what <c>fail_open</c> lets through.</param>
    /// <returns>Null where no asset was named.</returns>
    /// <exception cref="BadInputException">An option is malformed, says something about no asset, or there is no secret.</exception>
    public AgentGate? Open(ParseResult result, Session session, Action<GateWarning> warn)
    {
        if (result.GetValue(_asset) is not { } asset)
        {
            return FindTyped(result) is { } typed
                ? throw new BadInputException(
                    $"{typed} needs --asset-id: which asset of the agent's policy the model is",
                    "hallmark serve MODEL --asset-id ID"
                )
                : null;
        }

        var age = ReadAge(result);
        var policy = AssetGate.ParsePolicy(result.GetValue(_onFailure) ?? "fail_closed");
        var options = new AssetStatusOptions
        {
            Address = ReadAddress(result.GetValue(_agent)),
            ManagementSecret = ReadSecret(result, session),
            MaxCacheAge = age,
        };
        _ = AssetStatusClient.PathOf(asset);

        // Neither a redirect nor a proxy of the environment may get the secret.
        var connection = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
            }
        );
        try
        {
            var client = new AssetStatusClient(connection, options, session.Time);
            return new AgentGate(new AssetGate(client, asset, policy, warn), result.GetValue(_recheck), connection);
        }
        catch (BadInputException)
        {
            connection.Dispose();
            throw;
        }
    }

    private string? FindTyped(ParseResult result) =>
        new Option[] { _agent, _secret, _onFailure, _recheck, _age }
            .FirstOrDefault(option => result.GetResult(option) is { Implicit: false })
            ?.Name;

    private static Uri ReadAddress(string? text) =>
        text is null ? AssetStatusOptions.DefaultAddress
        : Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
        && address is { UserInfo: "", Query: "", Fragment: "" }
            ? address
        : throw new BadInputException("--agent-url is not the address of an agent", "--agent-url http://127.0.0.1:9847");

    private TimeSpan ReadAge(ParseResult result)
    {
        if (result.GetValue(_age) is not { } text)
        {
            return TimeSpan.Zero;
        }

        if (!result.GetValue(_recheck))
        {
            throw new BadInputException("--max-status-age needs --recheck: the loading always asks the agent");
        }

        return DurationText.TryParse(text, out var age) && age >= TimeSpan.Zero && age <= LongestAge
            ? age
            : throw new BadInputException($"\"{text}\" is not a time of at most an hour", "--max-status-age 30s");
    }

    private string ReadSecret(ParseResult result, Session session)
    {
        var file = result.GetValue(_secret)?.FullName;
        var variable = session.Environment.GetValueOrDefault(ManagementSecret.Variable);
        if (file is null && variable is { Length: > 0 })
        {
            return Checked(variable, ManagementSecret.Variable);
        }

        file ??= Path.Combine(session.Home.Path, "agent", ManagementSecret.FileName);
        return File.Exists(file)
            ? Checked(PrivateFile.ReadText(file, "the agent's management secret"), file)
            : throw new BadInputException(
                $"there is no file {file} with the agent's management secret",
                "the agent makes it at its first start: hallmark agent",
                $"or name it: --agent-secret-file FILE, or {ManagementSecret.Variable}"
            );
    }

    private static string Checked(string text, string place)
    {
        var secret = text.Trim();
        return secret.Length > 0 && secret.All(c => c is >= ' ' and <= '~')
            ? secret
            : throw new BadInputException($"the management secret of {place} is empty, or no header can carry it");
    }
}
