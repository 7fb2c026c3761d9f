using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Inference.Runners.Remote;
using Hallmark.Inference.Status;

namespace Hallmark.Cli.Commands.Serving;

/// <summary>Which model <c>hallmark serve</c> serves, and what runs it.</summary>
internal sealed class ModelSourceOptions
{
    private readonly Argument<string?> _model = new("model")
    {
        Description = "models:/name/version, models:/name@alias, models:/m-…, runs:/…/path, or a folder. Left out with --proxy.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> _command = new("scoring-command")
    {
        Description =
            "Behind --: the program that serves the verified copy, with {model} and {port} or {socket} (default: mlflow models serve).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _proxy = new("--proxy")
    {
        Description = "Put receipts in front of the model server that runs at this address; its bytes cannot be verified from here.",
        HelpName = "url",
    };

    private readonly Option<bool> _plainProxy = new("--allow-plain-proxy")
    {
        Description = "Ask the server of --proxy without TLS on another machine too: whoever is on the wire could answer in its name.",
    };

    private readonly Option<bool> _unanchored = new("--allow-unanchored")
    {
        Description = "Serve a model of which nothing was recorded: its files may be anybody's, and every record says so.",
    };

    private readonly Option<int?> _memory = new("--model-memory")
    {
        Description = "Most memory that an ONNX model's runs may take together, in MB (default: half of what this process may have).",
        HelpName = "1-1048576",
    };

    private readonly Option<string?> _signer = SignerOption.Create();

    /// <summary>Adds all to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_model);
        command.Arguments.Add(_command);
        command.Options.Add(_proxy);
        command.Options.Add(_plainProxy);
        command.Options.Add(_unanchored);
        command.Options.Add(_memory);
        command.Options.Add(_signer);
    }

    /// <summary>Verifies and starts the model, or connects to the server that runs.</summary>
    /// <param name="result">What was typed.</param>
    /// <param name="session">What the command works with.</param>
    /// <param name="name">The name to serve a remote model under, or null.</param>
    /// <param name="gate">The monitoring agent's word, asked before anything else; or null.</param>
    /// <param name="warn">Told what a user must know.</param>
    /// <param name="token">Ends the loading.</param>
    /// <exception cref="BadInputException">No model was named, or two.</exception>
    /// <exception cref="AssetStatusException">The gate lets nothing through; nothing was looked up or started.</exception>
    public async Task<ServedModel> OpenAsync(
        ParseResult result,
        Session session,
        string? name,
        AgentGate? gate,
        Action<string> warn,
        CancellationToken token
    )
    {
        var uri = result.GetValue(_model);
        if (result.GetValue(_proxy) is { } address)
        {
            return uri is null
                ? await ConnectAsync(address, result.GetValue(_plainProxy), session, name, gate, warn, token).ConfigureAwait(false)
                : throw new BadInputException("--proxy takes the place of a model", "hallmark serve --proxy http://127.0.0.1:5000");
        }

        if (uri is null)
        {
            throw new BadInputException("no model was named", "hallmark serve models:/NAME/VERSION", "hallmark serve --proxy URL");
        }

        var onnx = ReadOnnxOptions(result, session);
        var command = result.GetValue(_command) ?? [];
        IModelRunnerFactory process = new ScoringProcessRunnerFactory(
            new ScoringProcessOptions { Command = command.Length > 0 ? command : null, Notice = warn },
            session.Time
        );

        // A command of the user's is meant, also where the model has an ONNX flavor.
        IReadOnlyList<IModelRunnerFactory> runners = command.Length > 0 ? [process] : [new OnnxRunnerFactory(onnx), process];
        var options = session.DescribeModelLoading(runners, SignerOption.Read(session, result.GetValue(_signer)), warn) with
        {
            AllowsUnanchored = result.GetValue(_unanchored),
            Gate = gate?.Gate,
        };
        var model = await VerifiedModel.LoadAsync(uri, options, token).ConfigureAwait(false);
        return new ServedModel(model.Identity, model.Runner, gate?.Recheck, Metadata: null, model);
    }

    private OnnxOptions ReadOnnxOptions(ParseResult result, Session session)
    {
        var options = new OnnxOptions { LibraryPath = session.Environment.GetValueOrDefault("HALLMARK_ONNXRUNTIME") };
        return result.GetValue(_memory) switch
        {
            null => options,
            >= 1 and <= 1 << 20 and var megabytes => options with { MaxMemoryInBytes = (long)megabytes << 20 },
            var other => throw new BadInputException($"--model-memory {other} is outside its range", "--model-memory takes 1 to 1048576"),
        };
    }

    private static async Task<ServedModel> ConnectAsync(
        string address,
        bool allowsPlainHttp,
        Session session,
        string? name,
        AgentGate? gate,
        Action<string> warn,
        CancellationToken token
    )
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var root))
        {
            throw new BadInputException($"\"{address}\" is no address", "hallmark serve --proxy http://127.0.0.1:5000");
        }

        // The agent can watch the files that a server of this machine runs.
        if (gate is not null)
        {
            _ = await gate.Gate.PassAsync(AssetGate.LoadPhase, token).ConfigureAwait(false);
        }

        var secret = session.Environment.GetValueOrDefault(RemoteRunnerOptions.TokenVariable);
        var runner = await RemoteRunner
            .ConnectAsync(
                new RemoteRunnerOptions
                {
                    Address = root,
                    AllowPlainHttp = allowsPlainHttp,
                    Token = secret is { Length: > 0 } ? secret : null,
                },
                session.Time,
                token
            )
            .ConfigureAwait(false);
        warn("the model behind the address is NOT VERIFIED: receipts say what was asked and answered, and by which server");
        var identity = new ModelIdentity
        {
            Uri = runner.Identity.Address.ToString(),
            Name = name ?? ModelIdentity.Unknown,
            Version = ModelIdentity.Unknown,
            RunId = ModelIdentity.Unknown,
        };
        var remote = new JsonObject
        {
            ["address"] = runner.Identity.Address.ToString(),
            ["certificate_sha256"] = runner.Identity.CertificateSha256,
            ["version"] = runner.Identity.Version,
        };
        return new ServedModel(identity, runner, gate?.Recheck, new JsonObject { ["remote_model"] = remote }, runner);
    }
}
